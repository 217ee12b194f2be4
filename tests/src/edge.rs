//! A running edge, with the HTTP a test needs.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs, process};

use dev::{Stage, StageOptions};
use serde_json::Value;
use ureq::{Agent, http};

use crate::{disk, eventually};

/// What the tests say they are where they say nothing else: a program would not be remembered.
pub const BROWSER: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// Real workerd on a data folder of its own, gone with the test.
pub struct Edge {
    stage: Stage,
    agent: Agent,
    data: PathBuf,
    ahead_ms: u64,
}

/// An HTTP answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON: {error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Status and the error's code, as `400 truncated`.
    pub fn fault(&self) -> String {
        format!("{} {}", self.status, self.json()["error"]["code"].as_str().unwrap_or("(no code)"))
    }
}

impl Edge {
    /// Starts an edge that serves these rules to the demo site.
    ///
    /// # Panics
    /// When it does not start.
    pub fn serving(rules: &str) -> Self {
        Self::under(rules, &[])
    }

    /// The same, with these variables set for the deployment.
    ///
    /// # Panics
    /// When it does not start.
    pub fn under(rules: &str, environment: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let data = env::temp_dir().join(format!("declic-edge-{}-{number}", process::id()));
        fs::create_dir_all(&data).unwrap_or_else(|error| panic!("{}: {error}", data.display()));
        let file = data.join("rules.toml");
        fs::write(&file, rules).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = StageOptions { data: data.clone(), port: None, rules: Some(file), environment };
        let stage = Stage::start(options).unwrap_or_else(|error| panic!("the edge does not start: {error}"));
        let agent = Agent::config_builder().http_status_as_error(false).user_agent(BROWSER).build().into();
        Self { stage, agent, data, ahead_ms: 0 }
    }

    /// Ends workerd with SIGKILL and starts it again on the same data.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn kill_and_restart(&mut self) {
        self.stage.kill();
        self.stage.restart().unwrap_or_else(|error| panic!("the edge does not start again: {error}"));
    }

    /// Ends workerd and starts it again on the same data, with these variables in place of those before.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn restart_under(&mut self, environment: &[(&str, &str)]) {
        let environment =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let started = self.stage.restart_under(environment);
        started.unwrap_or_else(|error| panic!("the edge does not start again: {error}"));
    }

    /// Ends workerd in good order, so that its databases are closed; [`Edge::kill_and_restart`] starts it again.
    pub fn stop(&mut self) {
        self.stage.stop();
    }

    /// Has time go by while workerd is down, and starts it again: its clock is ahead by so much more, and so are its alarms.
    ///
    /// # Panics
    /// When it does not start again.
    pub fn wakes_after(&mut self, ms: u64) {
        self.stage.kill();
        self.ahead_ms += ms;
        self.stage.set("DECLIC_CLOCK_AHEAD_MS", &self.ahead_ms.to_string());
        disk::bring_forward_alarms(&self.data, ms);
        self.stage.restart().unwrap_or_else(|error| panic!("the edge does not start again: {error}"));
    }

    /// Answers for a while: meanwhile the alarms that are due come.
    pub fn goes_on(&self) {
        (0..100).for_each(|_| drop(self.get("/v1/health", &[])));
    }

    /// Has days go by until no object owes its file a scrub, and leaves the edge stopped.
    ///
    /// # Panics
    /// When one still does in the end.
    #[track_caller]
    pub fn rests(&mut self) {
        eventually(|| {
            self.wakes_after(24 * 60 * 60 * 1000);
            self.goes_on();
            self.stop();
            (!disk::owes_a_scrub(&self.data)).then_some(())
        });
    }

    /// The origin of the site whose pages carry the tag.
    pub fn origin(&self) -> String {
        self.stage.site()
    }

    /// The edge's own address, as in `127.0.0.1:8788`.
    pub fn address(&self) -> String {
        self.stage.edge().trim_start_matches("http://").to_owned()
    }

    /// What workerd has printed so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.stage.log()).unwrap_or_default()
    }

    /// The secret that visitors' tokens are signed with.
    pub fn secret(&self) -> &str {
        &self.stage.keys().secret
    }

    /// Asks with the owner's key.
    ///
    /// # Panics
    /// When the edge does not answer, or the method is none the API has.
    pub fn owner(&self, method: &str, path: &str, body: &str) -> Answer {
        self.asks(self.owner_key(), method, path, body)
    }

    /// Asks with any method, without a body, and with these headers.
    ///
    /// # Panics
    /// When the edge does not answer, or the method is none that HTTP allows.
    pub fn by(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = http::Request::builder().method(method).uri(format!("{}{path}", self.stage.edge()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).unwrap_or_else(|error| panic!("no request: {error}"));
        read(self.agent.run(request))
    }

    /// Asks with the method OPTIONS and these headers.
    ///
    /// # Panics
    /// When the edge does not answer.
    pub fn options(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.by("OPTIONS", path, headers)
    }

    /// What the edge says to bytes written by hand: clients tidy requests up. Empty when it says nothing.
    ///
    /// # Panics
    /// When the edge does not listen.
    pub fn says(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address())
            .unwrap_or_else(|error| panic!("the edge does not listen: {error}"));
        let (mut answer, limit) = (Vec::new(), Some(Duration::from_secs(30)));
        // What a line that is cut says is what came before.
        let _ = stream.set_read_timeout(limit).and_then(|()| stream.write_all(request));
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Folder of the objects' databases.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The owner's key.
    pub fn owner_key(&self) -> &str {
        &self.stage.keys().owner
    }

    /// The desk's key.
    pub fn desk_key(&self) -> &str {
        &self.stage.keys().desk
    }

    /// Gets a path, with these headers.
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(format!("{}{path}", self.stage.edge()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call())
    }

    /// Posts a body, with these headers.
    pub fn post(&self, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.post(format!("{}{path}", self.stage.edge()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body))
    }

    /// Puts a body, with these headers.
    pub fn puts(&self, path: &str, body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.put(format!("{}{path}", self.stage.edge()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.send(body))
    }

    /// Puts a body with the owner's key.
    pub fn put(&self, path: &str, body: &str) -> Answer {
        let key = format!("Bearer {}", self.owner_key());
        let request = self.agent.put(format!("{}{path}", self.stage.edge())).header("Authorization", &key);
        read(request.send(body))
    }

    /// Asks as the holder of a key: a method, a path of the API, and a JSON body or none.
    ///
    /// # Panics
    /// When the edge does not answer, or the method is none the API has.
    pub fn asks(&self, key: &str, method: &str, path: &str, body: &str) -> Answer {
        let url = format!("{}{path}", self.stage.edge());
        let key = format!("Bearer {key}");
        let json = "application/json";
        match method {
            "GET" => read(self.agent.get(url).header("Authorization", &key).call()),
            "DELETE" => read(self.agent.delete(url).header("Authorization", &key).call()),
            "POST" => read(
                self.agent.post(url).header("Authorization", &key).header("Content-Type", json).send(body),
            ),
            "PUT" => read(
                self.agent.put(url).header("Authorization", &key).header("Content-Type", json).send(body),
            ),
            other => panic!("no method {other}"),
        }
    }

    /// A queue of the desk, as its agents see it: `callbacks?site=shop`.
    pub fn desk(&self, queue: &str) -> Value {
        let key = format!("Bearer {}", self.desk_key());
        self.get(&format!("/v1/desk/{queue}"), &[("Authorization", &key)]).json()
    }

    /// A counter of `GET /metrics`; 0 when it has not counted yet.
    pub fn counted(&self, counter: &str) -> u64 {
        let key = format!("Bearer {}", self.owner_key());
        let text = self.get("/metrics", &[("Authorization", &key)]).text();
        let line = text.lines().find_map(|line| line.strip_prefix(counter)?.trim().parse().ok());
        line.unwrap_or(0)
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.stage.kill();
        // What cannot be removed is left to the system's own cleaning.
        let _ = fs::remove_dir_all(&self.data);
    }
}

fn read(result: Result<http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = result.unwrap_or_else(|error| panic!("the edge does not answer: {error}"));
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let body =
        response.body_mut().read_to_vec().unwrap_or_else(|error| panic!("the answer breaks off: {error}"));
    Answer { status: response.status().as_u16(), headers, body }
}
