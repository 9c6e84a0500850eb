//! Whether a libpq connection string stays on this machine or checks whom it talks to. libpq itself gets the string
//! unparsed; this only looks for hosts and sslmode, in both forms libpq knows (its manual, 34.1.1).

/// Every host is local (socket, loopback) or the server's certificate is verified.
pub(super) fn is_local_or_verified(text: &str) -> bool {
    let parts = match text.split_once("://") {
        Some(("postgres" | "postgresql", rest)) => of_uri(rest),
        _ => of_words(text),
    };
    let last = |name: &str| {
        parts
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    if last("sslmode") == Some("verify-full") {
        return true;
    }
    ["host", "hostaddr"]
        .into_iter()
        .filter_map(last)
        .flat_map(|hosts| hosts.split(','))
        .all(is_local)
}

fn is_local(host: &str) -> bool {
    let host = host.trim();
    // Empty: the default socket. A slash or an at sign begins the path of a socket.
    host.is_empty()
        || host.starts_with(['/', '@'])
        || host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// `user:password@host:port,host:port/database?name=value`.
fn of_uri(rest: &str) -> Vec<(String, String)> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split_once('/').map_or(place, |(authority, _)| authority);
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
    let hosts: Vec<String> = hosts.split(',').map(without_port).map(unescaped).collect();
    let mut parts = vec![("host".to_owned(), hosts.join(","))];
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        parts.push((unescaped(name), unescaped(value)));
    }
    parts
}

fn without_port(host: &str) -> &str {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.split_once(']').map_or(inner, |(address, _)| address);
    }
    host.split_once(':').map_or(host, |(name, _)| name)
}

/// `%2F` and the like; what is no escape stays.
fn unescaped(text: &str) -> String {
    let form = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(form.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// `host=a port=1 password='it''s'`: values may be quoted, a backslash takes the next letter as it is.
fn of_words(text: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
    let mut rest = text.chars().peekable();
    loop {
        let name: String = std::iter::from_fn(|| rest.next_if(|c| *c != '=')).collect();
        if rest.next().is_none() {
            return parts;
        }
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        let is_quoted = rest.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        while let Some(letter) = rest.next() {
            match letter {
                '\\' => value.extend(rest.next()),
                '\'' if is_quoted => break,
                letter if !is_quoted && letter.is_whitespace() => break,
                letter => value.push(letter),
            }
        }
        parts.push((name.trim().to_owned(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::is_local_or_verified;

    #[test]
    fn a_local_server_needs_no_certificate() {
        for url in [
            "postgres:///sepakat",
            "postgresql://app@localhost/sepakat",
            "postgres://app:p%40x@127.0.0.1:5433/sepakat",
            "postgres://app@[::1]:5432/x",
            "postgres://app@%2Fvar%2Frun/x",
            "postgres://app@/x?host=/var/run/postgresql",
            "host=/srv/pg dbname=x user=app",
            "dbname=x",
            "host = localhost password='a host=b'",
        ] {
            assert!(is_local_or_verified(url), "{url}");
        }
    }

    #[test]
    fn another_host_must_show_who_it_is() {
        for url in [
            "postgres://app@db.example/x",
            "postgres://app:a@b@db.example:5432/x?sslmode=require",
            "postgres://app@localhost,db.example:5432/x",
            "postgres://app@localhost/x?host=10.0.0.5",
            "postgres://localhost@10.0.0.5/x?sslmode=verify-full&sslmode=prefer",
            "host=db.example dbname=x",
            "hostaddr='10.0.0.5' host=localhost",
            "host=localhost host=db.example",
        ] {
            assert!(!is_local_or_verified(url), "{url}");
        }
        for url in [
            "postgres://app@db.example,db2.example/x?target_session_attrs=read-write&sslmode=verify-full",
            "host=db.example sslmode=verify-full",
            "host=db.example sslmode='verify-full'",
        ] {
            assert!(is_local_or_verified(url), "{url}");
        }
    }
}
