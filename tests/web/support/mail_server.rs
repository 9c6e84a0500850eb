//! Mails as people read them, taken by a real SMTP server.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::smtp::{SmtpSink, Taken};

/// A mail as it arrived, its text decoded.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Mail {
    /// The first address in the text that begins with `start`.
    pub fn link(&self, start: &str) -> String {
        let at = self
            .text
            .find(start)
            .unwrap_or_else(|| panic!("no {start} in {}", self.text));
        self.text[at..].split_whitespace().next().unwrap().to_owned()
    }
}

/// The server; it listens as long as the test runs.
pub struct MailServer(SmtpSink);

impl MailServer {
    pub fn start() -> Self {
        Self(SmtpSink::start())
    }

    pub fn url(&self) -> String {
        self.0.url()
    }

    pub fn all(&self) -> Vec<Mail> {
        self.0.taken().iter().map(read).collect()
    }

    /// The newest mail to an address whose subject holds `word`; waits for it.
    pub fn wait_for(&self, to: &str, word: &str) -> Mail {
        let begun = Instant::now();
        loop {
            let found = self
                .all()
                .into_iter()
                .rev()
                .find(|mail| mail.to == to && mail.subject.contains(word));
            if let Some(mail) = found {
                return mail;
            }
            let subjects: Vec<String> = self
                .all()
                .into_iter()
                .map(|mail| format!("{}: {}", mail.to, mail.subject))
                .collect();
            assert!(
                begun.elapsed() < Duration::from_secs(120),
                "no mail with {word:?} to {to}; there are {subjects:#?}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Header fields, unfolded.
fn header<'a>(lines: &'a [String], name: &str) -> (String, &'a [String]) {
    let end = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    let mut value = String::new();
    let mut inside = false;
    for line in &lines[..end] {
        if line.starts_with([' ', '\t']) {
            if inside {
                value.push_str(line.trim_start_matches('\t'));
            }
        } else {
            inside = line.to_ascii_lowercase().starts_with(&format!("{name}:"));
            if inside {
                value = line[name.len() + 1..].trim().to_owned();
            }
        }
    }
    (value, lines.get(end + 1..).unwrap_or_default())
}

fn read(taken: &Taken) -> Mail {
    let lines: Vec<String> = taken.message.lines().map(str::to_owned).collect();
    let (kind, body) = header(&lines, "content-type");
    let boundary = format!("--{}", kind.split("boundary=").nth(1).unwrap().trim_matches('"'));
    let parts = body.split(|line| line.trim_end_matches("--") == boundary);
    let text = parts
        .filter(|part| header(part, "content-type").0.starts_with("text/plain"))
        .map(|part| {
            let (encoding, body) = header(part, "content-transfer-encoding");
            match encoding.as_str() {
                "base64" => STANDARD.decode(body.concat()).unwrap(),
                "quoted-printable" => quoted_printable(&body.join("\n")),
                _ => body.join("\n").into_bytes(),
            }
        })
        .map(|bytes| String::from_utf8(bytes).unwrap())
        .next()
        .unwrap();
    Mail {
        to: taken.to.clone(),
        subject: words(&header(&lines, "subject").0),
        text,
    }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bytes = text.replace("=\n", "").into_bytes().into_iter();
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let digits: Vec<u8> = bytes.by_ref().take(2).collect();
            out.extend(hex::decode(digits).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}

/// Encoded words of a subject (RFC 2047).
fn words(text: &str) -> String {
    let mut out = String::new();
    for word in text.replace("?= =?", "?==?").split("=?") {
        let mut parts = word.splitn(3, '?');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(_), Some(how), Some(rest)) => {
                let (coded, plain) = rest.split_once("?=").unwrap();
                let bytes = match how {
                    "b" | "B" => STANDARD.decode(coded).unwrap(),
                    _ => quoted_printable(&coded.replace('_', " ")),
                };
                out.push_str(std::str::from_utf8(&bytes).unwrap());
                out.push_str(plain);
            }
            _ => out.push_str(word),
        }
    }
    out
}

#[test]
fn mails_are_read_as_people_read_them() {
    let lines = "Subject: =?utf-8?b?U3VyYXQg4oCT?= selesai\nContent-Type: multipart/alternative; boundary=\"x\"\n\n--x\n\
        Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nSiti =E2=80=93 http://a/=\nb\n\
        --x\nContent-Type: text/html\n\n<p>\n--x--\n";
    let mail = read(&Taken {
        from: String::new(),
        to: "a@b.example".to_owned(),
        message: lines.to_owned(),
    });
    assert_eq!(
        (mail.subject.as_str(), mail.text.trim()),
        ("Surat – selesai", "Siti – http://a/b")
    );
    assert_eq!(mail.link("http://a"), "http://a/b");
}
