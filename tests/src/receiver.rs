//! Whoever is told by webhooks: a real HTTP server on this machine, which answers as it is bidden.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver as Mailbox, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::waiting::PATIENCE;

/// What to do with one request; without a turn, it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Answer with this status.
    Status(u16),
    /// Answer that the letter belongs elsewhere on this server.
    Elsewhere,
    /// Do not answer.
    Silence,
}

/// One request, as it came.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The path asked for.
    pub path: String,
    /// Headers, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: String,
}

impl Delivery {
    /// A header's value; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// The server.
pub struct Receiver {
    port: u16,
    turns: Arc<Mutex<VecDeque<Turn>>>,
    letters: Mailbox<Delivery>,
}

impl Receiver {
    /// Starts it on a free port; it takes these turns first.
    ///
    /// # Panics
    /// When there is no port.
    pub fn taking(turns: &[Turn]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("no port: {error}"));
        let port = listener.local_addr().map_or(0, |address| address.port());
        let turns = Arc::new(Mutex::new(turns.iter().copied().collect::<VecDeque<_>>()));
        let (sender, letters) = channel();
        let taken = Arc::clone(&turns);
        thread::spawn(move || {
            for line in listener.incoming().filter_map(Result::ok) {
                let (taken, sender) = (Arc::clone(&taken), sender.clone());
                // Each by itself: a line on which nothing comes, whoever opened it, keeps no letter waiting.
                thread::spawn(move || {
                    let turn = || taken.lock().ok().and_then(|mut turns| turns.pop_front());
                    if let Some(silent) = serve(line, turn, &sender) {
                        keep_open(silent);
                    }
                });
            }
        });
        Self { port, turns, letters }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks", self.port)
    }

    /// Adds a turn.
    pub fn turn(&self, turn: Turn) {
        if let Ok(mut turns) = self.turns.lock() {
            turns.push_back(turn);
        }
    }

    /// The next letter.
    ///
    /// # Panics
    /// When none comes.
    pub fn next(&self) -> Delivery {
        self.letters.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no letter came"))
    }
}

/// Says nothing on a line for as long as the other side has it open.
fn keep_open(mut silent: TcpStream) {
    // It ends with the other side's end, or with a failure, which is an end too.
    let _ = io::copy(&mut silent, &mut io::sink());
}

/// Reads one request and answers it; a line that gets no answer is given back.
fn serve(line: TcpStream, turn: impl Fn() -> Option<Turn>, letters: &Sender<Delivery>) -> Option<TcpStream> {
    let mut reader = BufReader::new(line);
    let mut head = Vec::new();
    loop {
        let mut text = String::new();
        if reader.read_line(&mut text).ok()? <= 2 {
            break;
        }
        head.push(text.trim_end().to_owned());
    }
    let path = head.first()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = head[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let delivery = Delivery { path, headers, body: String::from_utf8_lossy(&body).into_owned() };
    let turn = turn();
    // The test may have ended.
    let _ = letters.send(delivery);
    let mut line = reader.into_inner();
    let answer = match turn.unwrap_or(Turn::Status(204)) {
        Turn::Silence => return Some(line),
        Turn::Status(status) => {
            format!("HTTP/1.1 {status} As bidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Turn::Elsewhere => {
            "HTTP/1.1 307 As bidden\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                .into()
        }
    };
    let _ = line.write_all(answer.as_bytes());
    None
}
