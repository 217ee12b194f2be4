use prometheus_parse::{Scrape, Value};
use wire::DecodeError;

use super::{Counter, Meter, Timer};

fn busy() -> Meter {
    let mut meter = Meter::default();
    meter.count(Counter::Refused, "too_large");
    meter.count(Counter::Refused, "too_large");
    meter.count(Counter::Batches, "granted");
    for us in [0, 100, 101, 7_000, 11_000_000] {
        meter.time(Timer::Decision, "granted", us);
    }
    meter
}

#[test]
fn the_text_is_what_prometheus_reads() {
    let mut meter = busy();
    meter.count(Counter::ForgedTokens, "a\"b\\c\nd");
    let text = meter.exposition();
    let scrape = Scrape::parse(text.lines().map(|line| Ok(line.to_owned()))).unwrap();
    let first = |name: &str| scrape.samples.iter().find(|sample| sample.metric == name).unwrap();
    let refused = first("declic_refused_total");
    assert_eq!((refused.labels.get("code"), &refused.value), (Some("too_large"), &Value::Counter(2.0)));
    let Value::Histogram(buckets) = &first("declic_decision_seconds").value else {
        panic!("no histogram in {text}");
    };
    let below: Vec<(f64, f64)> = buckets.iter().map(|bucket| (bucket.less_than, bucket.count)).collect();
    assert_eq!(below.first(), Some(&(0.0001, 2.0)));
    assert!(below.contains(&(0.00025, 3.0)) && below.contains(&(0.005, 3.0)) && below.contains(&(0.01, 4.0)));
    assert_eq!(below.last(), Some(&(f64::INFINITY, 5.0)));
    assert!(text.contains("declic_decision_seconds_sum{consent=\"granted\"} 11.007201\n"), "{text}");
    assert!(text.contains("declic_forged_tokens_total{site=\"a\\\"b\\\\c\\nd\"} 1\n"), "{text}");
    assert_eq!(text.matches("# TYPE ").count(), 4, "each metric is introduced once");
}

#[test]
fn sums_add_up_and_survive_the_round_trip() {
    let mut sum = busy();
    sum.add(&busy());
    assert!(sum.exposition().contains("declic_refused_total{code=\"too_large\"} 4\n"));
    assert!(sum.exposition().contains("declic_decision_seconds_count{consent=\"granted\"} 10\n"));
    assert_eq!(Meter::from_bytes(&sum.to_bytes()), Ok(sum));
    assert_eq!(Meter::from_bytes(&[9, 0]), Err(DecodeError::Version { found: 9 }));
    assert_eq!(Meter::from_bytes(&[]), Err(DecodeError::Empty));
}

#[test]
fn labels_without_end_do_not_make_series_without_end() {
    let mut meter = Meter::default();
    for number in 0..10_000 {
        meter.count(Counter::ForgedTokens, &number.to_string());
        meter.time(Timer::Request, &number.to_string(), 1);
    }
    assert!(Meter::from_bytes(&meter.to_bytes()).is_ok(), "{} bytes", meter.to_bytes().len());
}
