use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use wire::{Batch, Consent, Event, Live, Page, What};

use super::{IdentityError, home, introduced, verify};

const SECRET: &str = "the-identity-secret-of-the-shop-0";
const NOW_MS: u64 = 1_763_902_800_000;

fn mac(secret: &str, text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// The plain proof of an id.
fn plain(secret: &str, id: &str) -> String {
    base16ct::lower::encode_string(&mac(secret, &format!("declic-id:{id}")))
}

fn token(header: &serde_json::Value, claims: &serde_json::Value, secret: &str) -> String {
    let part = |value: &serde_json::Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let content = format!("{}.{}", part(header), part(claims));
    let tag = Base64UrlUnpadded::encode_string(&mac(secret, &content));
    format!("{content}.{tag}")
}

fn jwt(claims: &serde_json::Value) -> String {
    token(&json!({ "alg": "HS256", "typ": "JWT" }), claims, SECRET)
}

/// The fault in a proof that customer 42 gives.
fn fault(proof: &str) -> &'static str {
    let secrets = ["another-secret-that-has-32-bytes!".to_owned(), SECRET.to_owned()];
    verify(&secrets, "42", proof, NOW_MS).map_or_else(|error| error.code(), |_| "none")
}

#[test]
fn the_signature_of_the_id_is_a_proof() {
    let proof = plain(SECRET, "42");
    assert_eq!(fault(&proof), "none");
    assert_eq!(fault(&proof.to_uppercase()), "none");
    assert_eq!(fault(&plain("x", "42")), "forged");
    assert_eq!(fault(&plain(SECRET, "43")), "forged");
    assert_eq!(fault(&base16ct::lower::encode_string(&mac(SECRET, "42"))), "forged", "the id alone");
    for text in ["", "42", &proof[..62], "zz"] {
        assert_eq!(fault(text), "malformed", "{text}");
    }
}

#[test]
fn a_signed_token_is_a_proof_and_says_more() {
    let claims = json!({ "sub": "42", "exp": NOW_MS / 1000 + 60, "customer": { "plan": "gold" } });
    let signed = verify(&[SECRET.to_owned()], "42", &jwt(&claims), NOW_MS).unwrap();
    assert_eq!((signed.id.as_str(), signed.said.attributes.len()), ("42", 1));
    assert_eq!(fault(&jwt(&json!({ "sub": 42 }))), "none");
    assert_eq!(fault(&jwt(&json!({ "sub": "43" }))), "another_id");
    assert_eq!(fault(&jwt(&json!({ "sub": "42", "exp": NOW_MS / 1000 - 61 }))), "out_of_time");
    assert_eq!(fault(&jwt(&json!({ "sub": "42", "nbf": NOW_MS / 1000 + 120 }))), "out_of_time");
    assert_eq!(fault(&jwt(&json!({ "sub": "42", "exp": "soon" }))), "out_of_time");
    assert_eq!(fault(&jwt(&json!({ "sub": "42", "customer": { "plan": {} } }))), "attributes");
}

#[test]
fn neither_proof_can_be_made_of_the_other() {
    let good = jwt(&json!({ "sub": "42" }));
    let (content, tag) = good.rsplit_once('.').unwrap();
    // One who may choose his own id has what a token of another's would sign signed as that.
    let signed = base16ct::lower::decode_vec(plain(SECRET, content)).unwrap();
    for content in [content.to_owned(), format!("declic-id:{content}")] {
        let forged = format!("{content}.{}", Base64UrlUnpadded::encode_string(&signed));
        assert!(matches!(fault(&forged), "forged" | "malformed"), "{forged}");
    }
    let tag = base16ct::lower::encode_string(&Base64UrlUnpadded::decode_vec(tag).unwrap());
    assert_eq!(verify(&[SECRET.to_owned()], content, &tag, NOW_MS), Err(IdentityError::Forged));
}

#[test]
fn a_token_no_secret_of_the_sites_signed_is_refused() {
    let claims = json!({ "sub": "42" });
    let header = json!({ "alg": "HS256" });
    assert_eq!(fault(&token(&header, &claims, "somebody else's secret")), "forged");
    for algorithm in ["none", "RS256", "HS512", "hs256"] {
        assert_eq!(fault(&token(&json!({ "alg": algorithm }), &claims, SECRET)), "algorithm", "{algorithm}");
    }
    let good = jwt(&claims);
    let (content, _) = good.rsplit_once('.').unwrap();
    assert_eq!(fault(&format!("{content}.")), "forged");
    assert_eq!(fault(&good.replacen('.', "..", 1)), "forged");
    for text in [".", "..", "a.b.c", "a.b"] {
        assert_eq!(fault(text), "malformed", "{text}");
    }
}

#[test]
fn without_a_secret_nobody_is_believed() {
    let proof = plain("", "42");
    assert_eq!(verify(&[], "42", &proof, NOW_MS), Err(IdentityError::NoSecret));
    assert_eq!(verify(&[SECRET.to_owned()], "", &proof, NOW_MS), Err(IdentityError::NoId));
}

#[test]
fn a_customer_has_one_home_at_each_site() {
    assert_eq!(home("shop", "42"), home("shop", "42"));
    assert_ne!(home("shop", "42").id, home("bank", "42").id);
    assert_ne!(home("shop", "4"), home("shop4", ""));
}

#[test]
fn of_several_proofs_in_a_batch_the_last_that_verifies_says_who_it_is() {
    let proof = |id: &str| plain(SECRET, id);
    let said = |pairs: &[(&str, String)]| {
        let event = |(id, proof): &(&str, String)| Event {
            at_ms: 0,
            what: What::Identify { id: (*id).into(), proof: proof.clone() },
        };
        let mut batch = batch();
        batch.events = pairs.iter().map(event).collect();
        let introduced = introduced(&batch, &[SECRET.to_owned()], NOW_MS);
        introduced.map(|outcome| outcome.map_or_else(|error| error.code().to_owned(), |signed| signed.id))
    };
    assert_eq!(said(&[]), None);
    assert_eq!(said(&[("42", proof("42")), ("43", proof("43"))]).as_deref(), Some("43"));
    assert_eq!(said(&[("42", proof("42")), ("43", proof("42"))]).as_deref(), Some("42"));
    assert_eq!(said(&[("42", "?".into()), ("43", proof("42"))]).as_deref(), Some("forged"));
}

fn batch() -> Batch {
    Batch {
        clock: [0; 4],
        site: "shop".into(),
        consent: Consent::Granted,
        token: None,
        stream: [1; 16],
        first: 0,
        page: Page::default(),
        live: Live::default(),
        on_screen: Vec::new(),
        declined: Vec::new(),
        events: Vec::new(),
    }
}
