//! One mail server: connecting, encrypting, logging in, and talking so that it is known who refused what.
//!
//! lettre's own transport never sets TCP_NODELAY and writes a mail in two pieces, so the second waits for the
//! server's delayed acknowledgement (40 ms a mail). Here the socket is made first, and the pool is our own.

use std::error::Error as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use super::compose::Composed;
use crate::config::Config;

const CONNECT: Duration = Duration::from_secs(10);
/// For one mail, connecting included. A whole batch ends before its lease does.
const PER_MAIL: Duration = Duration::from_secs(20);
/// Connections kept open for the next mails.
const IDLE: usize = 8;
/// Servers hang up on idle clients after minutes; we do so before.
const IDLE_FOR: Duration = Duration::from_secs(20);

/// What became of a mail. Texts hold reply codes only: a server's words may repeat the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Sent,
    /// Refused for good; `by_address`: the address takes no mail.
    Refused {
        why: String,
        by_address: bool,
    },
    /// Not now; `unreachable`: no mail can be sent at the moment.
    Later {
        why: String,
        unreachable: bool,
    },
}

/// The configured server and its idle connections.
pub(super) struct Server {
    host: String,
    port: u16,
    implicit_tls: bool,
    login: Option<Credentials>,
    hello: ClientId,
    idle: Mutex<Vec<(Instant, AsyncSmtpConnection)>>,
}

impl Server {
    /// `smtp://` on port 25 or `smtps://` on port 465, unless the address says otherwise.
    pub(super) fn new(config: &Config, url: &Url) -> Self {
        let implicit_tls = url.scheme() == "smtps";
        let login = (!url.username().is_empty())
            .then(|| Credentials::new(unescaped(url.username()), unescaped(url.password().unwrap_or_default())));
        let hello = match config.public_url.host() {
            Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
            Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
            Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
            None => ClientId::default(),
        };
        Self {
            host: url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(if implicit_tls { 465 } else { 25 }),
            implicit_tls,
            login,
            hello,
            idle: Mutex::default(),
        }
    }

    /// Offers one mail to the server.
    pub(super) async fn deliver(&self, mail: &Composed) -> Outcome {
        match timeout(PER_MAIL, self.attempt(mail)).await {
            Ok(outcome) => outcome,
            Err(_) => Outcome::Later {
                why: "timeout".to_owned(),
                unreachable: false,
            },
        }
    }

    async fn attempt(&self, mail: &Composed) -> Outcome {
        while let Some(mut kept) = self.take_idle() {
            match talk(&mut kept, mail).await {
                // The server had closed the kept connection; nothing of this mail was said yet.
                Err(Broken { step: "mail", .. }) => {}
                done => return self.settled(kept, done),
            }
        }
        match self.connect().await {
            Ok(mut fresh) => {
                let done = talk(&mut fresh, mail).await;
                self.settled(fresh, done)
            }
            Err(why) => Outcome::Later { why, unreachable: true },
        }
    }

    fn settled(&self, connection: AsyncSmtpConnection, done: Result<Outcome, Broken>) -> Outcome {
        match done {
            Ok(outcome) => {
                self.keep(connection);
                outcome
            }
            Err(Broken { why, .. }) => Outcome::Later {
                why,
                unreachable: false,
            },
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let tls = || TlsParameters::new_rustls(self.host.clone()).map_err(|error| told("tls", &error));
        let (mut connection, is_local) = if self.implicit_tls {
            // Here lettre makes the socket: the wait described above is the price of not wrapping TLS ourselves.
            let server = (self.host.as_str(), self.port);
            let connection =
                AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &self.hello, Some(tls()?), None)
                    .await
                    .map_err(|error| told("connect", &error))?;
            (connection, false)
        } else {
            let stream = timeout(CONNECT, TcpStream::connect((self.host.as_str(), self.port)))
                .await
                .map_err(|_| "connect timeout".to_owned())?
                .map_err(|error| format!("connect {}", error.kind()))?;
            stream
                .set_nodelay(true)
                .map_err(|error| format!("connect {}", error.kind()))?;
            let is_local = stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
            let connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &self.hello)
                .await
                .map_err(|error| told("greeting", &error))?;
            (connection, is_local)
        };
        if !is_local && connection.can_starttls() {
            connection
                .starttls(tls()?, &self.hello)
                .await
                .map_err(|error| told("starttls", &error))?;
        }
        if let Some(login) = &self.login {
            if !is_local && !connection.is_encrypted() {
                return Err("the server offers no encryption, so no password is sent".to_owned());
            }
            connection
                .auth(DEFAULT_MECHANISMS, login)
                .await
                .map_err(|error| told("auth", &error))?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(since, _)| since.elapsed() < IDLE_FOR);
        idle.pop().map(|(_, connection)| connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !connection.has_broken() && idle.len() < IDLE {
            idle.push((Instant::now(), connection));
        }
    }
}

/// The connection broke at this step; whether the mail was taken is unknown from `end` on.
struct Broken {
    step: &'static str,
    why: String,
}

/// The dialogue of one mail.
async fn talk(connection: &mut AsyncSmtpConnection, mail: &Composed) -> Result<Outcome, Broken> {
    let outcome = match dialogue(connection, mail).await {
        Ok(()) => return Ok(Outcome::Sent),
        Err((step, error)) if error.status().is_some() => judged(step, &error),
        Err((step, error)) => {
            let why = told(step, &error);
            return Err(Broken { step, why });
        }
    };
    // Ready for the next mail; a server that does not take even this has hung up.
    if connection.command(Rset).await.is_err() {
        connection.abort().await;
    }
    Ok(outcome)
}

async fn dialogue(connection: &mut AsyncSmtpConnection, mail: &Composed) -> Result<(), (&'static str, SmtpError)> {
    let from = Mail::new(Some(mail.from.clone()), Vec::new());
    connection.command(from).await.map_err(|error| ("mail", error))?;
    let to = Rcpt::new(mail.to.clone(), Vec::new());
    connection.command(to).await.map_err(|error| ("rcpt", error))?;
    connection.command(Data).await.map_err(|error| ("data", error))?;
    connection.message(&mail.bytes).await.map_err(|error| ("end", error))?;
    Ok(())
}

/// What a reply means for the mail (RFC 5321, 4.2; RFC 3463 for the second group of digits).
fn judged(step: &'static str, error: &SmtpError) -> Outcome {
    let why = told(step, error);
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    // Not the address's fault but our standing with this server: wrong order, syntax, login or policy. Judging it
    // as the address's would suppress everybody while the server is set up wrongly.
    let is_ours = !matches!(code.as_str(), "550" | "551" | "552" | "553" | "554")
        || enhanced(error).is_some_and(|words| words.starts_with("5.7."));
    match step {
        "rcpt" if error.is_permanent() && !is_ours => Outcome::Refused { why, by_address: true },
        "data" | "end" if error.is_permanent() => Outcome::Refused { why, by_address: false },
        _ => Outcome::Later {
            why,
            unreachable: false,
        },
    }
}

/// `550 5.1.1` at the front of a reply's text.
fn enhanced(error: &SmtpError) -> Option<String> {
    let text = error.source()?.to_string();
    let first = text.split_whitespace().next()?;
    let is_code = first.split('.').count() == 3 && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_code.then(|| first.to_owned())
}

/// Step and digits: nothing of what the server said in words.
fn told(step: &str, error: &SmtpError) -> String {
    let code = error.status().map(|code| code.to_string());
    let what = match code {
        Some(code) => [Some(code), enhanced(error)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
        None if error.is_timeout() => "timeout".to_owned(),
        None => "broken".to_owned(),
    };
    format!("{step} {what}")
}

/// `%40` and the like in user and password. The url crate decodes forms only, where a plus is a space.
fn unescaped(text: &str) -> String {
    let form = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_may_hold_any_character() {
        for (written, meant) in [("p%40ss", "p@ss"), ("a+b&c=d", "a+b&c=d"), ("%25", "%"), ("", "")] {
            assert_eq!(unescaped(written), meant);
        }
    }
}
