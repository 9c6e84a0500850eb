//! A mail server that keeps what it accepts, and refuses, stalls or hangs up on command. Runs on threads of its own,
//! so that a test may block.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What the server does with the next mail to an address.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A reply to RCPT, such as `550 5.1.1 no such user`.
    AtRcpt(&'static str),
    /// A reply after the text of the mail; the mail is not kept.
    AtEnd(&'static str),
    /// Keeps the mail, then hangs up without a reply.
    DropAfterTaking,
    /// Hangs up at RCPT.
    Drop,
    /// A reply to RCPT, then hangs up.
    AtRcptThenDrop(&'static str),
}

/// A mail that was accepted.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub message: String,
}

impl Taken {
    /// Value of a header, as it was sent.
    pub fn header(&self, name: &str) -> String {
        let start = format!("{name}: ");
        self.message
            .split("\r\n")
            .take_while(|line| !line.is_empty())
            .find_map(|line| line.strip_prefix(&start))
            .unwrap_or_default()
            .to_owned()
    }
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    connections: usize,
    answers: HashMap<String, VecDeque<Answer>>,
}

/// The server; it listens until the process ends.
#[derive(Clone)]
pub struct SmtpSink {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl SmtpSink {
    pub fn start() -> Self {
        Self::start_on(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// On a port that was known before.
    pub fn start_on(listener: TcpListener) -> Self {
        listener.set_nonblocking(false).unwrap();
        let sink = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let state = sink.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, state) = (stream.unwrap(), state.clone());
                // A client that hangs up ends its conversation, nothing else.
                std::thread::spawn(move || converse(&stream, &state));
            }
        });
        sink
    }

    /// For SEPAKAT_SMTP_URL.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What to do with the next mails to an address, one each; afterwards they are accepted.
    pub fn answer(&self, address: &str, answers: &[Answer]) {
        let mut state = self.state.lock().unwrap();
        state
            .answers
            .insert(address.to_owned(), answers.iter().cloned().collect());
    }

    /// Everything accepted so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.state.lock().unwrap().taken.clone()
    }

    /// The newest mail to an address.
    pub fn newest_to(&self, address: &str) -> Option<Taken> {
        self.taken().into_iter().rev().find(|mail| mail.to == address)
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }
}

fn converse(stream: &TcpStream, state: &Mutex<State>) -> Option<()> {
    state.lock().unwrap().connections += 1;
    stream.set_nodelay(true).ok()?;
    let mut lines = BufReader::new(stream);
    say(stream, "220 sink")?;
    let (mut from, mut to, mut answer) = (String::new(), String::new(), None);
    loop {
        let line = read_line(&mut lines)?;
        let command = line.to_ascii_uppercase();
        if command.starts_with("EHLO") {
            say(stream, "250-sink\r\n250 8BITMIME")?;
        } else if command.starts_with("MAIL FROM:") {
            from = between(&line);
            say(stream, "250 ok")?;
        } else if command.starts_with("RCPT TO:") {
            to = between(&line);
            answer = state.lock().unwrap().answers.get_mut(&to).and_then(VecDeque::pop_front);
            match &answer {
                Some(Answer::AtRcpt(reply)) => say(stream, reply)?,
                Some(Answer::AtRcptThenDrop(reply)) => {
                    say(stream, reply)?;
                    return None;
                }
                Some(Answer::Drop) => return None,
                _ => say(stream, "250 ok")?,
            }
        } else if command == "DATA" {
            say(stream, "354 go on")?;
            let message = read_message(&mut lines)?;
            if let Some(Answer::AtEnd(reply)) = &answer {
                say(stream, reply)?;
                continue;
            }
            let (from, to) = (from.clone(), to.clone());
            state.lock().unwrap().taken.push(Taken { from, to, message });
            if matches!(answer, Some(Answer::DropAfterTaking)) {
                return None;
            }
            say(stream, "250 taken")?;
        } else if command == "QUIT" {
            say(stream, "221 bye")?;
            return None;
        } else {
            say(stream, "250 ok")?;
        }
    }
}

fn say(mut stream: &TcpStream, reply: &str) -> Option<()> {
    stream.write_all(format!("{reply}\r\n").as_bytes()).ok()
}

fn read_line(lines: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = lines.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

fn read_message(lines: &mut BufReader<&TcpStream>) -> Option<String> {
    let mut message = String::new();
    loop {
        let line = read_line(lines)?;
        if line == "." {
            return Some(message);
        }
        message.push_str(line.strip_prefix('.').unwrap_or(&line));
        message.push_str("\r\n");
    }
}

/// What stands between the angle brackets.
fn between(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
