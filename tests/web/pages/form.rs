//! A form of a page as a browser has it: what its controls hold, changed by hand, sent.

use reqwest::Method;
use reqwest::multipart::{Form as Multipart, Part};

use crate::support::{Client, Reply};

/// The first form with files of a page, or the one that goes to `action`.
#[derive(Clone)]
pub struct PageForm {
    pub action: String,
    pub pairs: Vec<(String, String)>,
    pub files: Vec<(String, Vec<u8>)>,
}

impl PageForm {
    /// Reads the form that goes to an address.
    #[track_caller]
    pub fn to(action: &str, page: &str) -> Self {
        Self::all(action, page)
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no form to {action} in {page}"))
    }

    /// Every form that goes to an address.
    pub fn all(action: &str, page: &str) -> Vec<Self> {
        page.split("<form ")
            .skip(1)
            .map(|form| form.split("</form>").next().unwrap())
            .filter(|form| form.contains(&format!("action=\"{action}\"")))
            .map(|form| Self {
                action: action.to_owned(),
                pairs: pairs(form),
                files: Vec::new(),
            })
            .collect()
    }

    pub fn value(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// Types into a control.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        let place = self.pairs.iter_mut().find(|(known, _)| known == name);
        place.unwrap_or_else(|| panic!("no control {name}")).1 = value.to_owned();
        self
    }

    /// Presses a button that has a name.
    pub fn press(mut self, name: &str, value: &str) -> Self {
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(known, _)| known != name);
        self
    }

    pub fn file(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.files.push((name.to_owned(), bytes));
        self
    }

    /// Sends a form with files.
    pub async fn upload(&self, client: &Client) -> Reply {
        let mut body = Multipart::new();
        for (name, value) in self.pairs.clone() {
            body = body.text(name, value);
        }
        for (name, bytes) in self.files.clone() {
            body = body.part(name, Part::bytes(bytes).file_name("foto.jpg"));
        }
        Reply::to(client.call(Method::POST, &self.action).multipart(body)).await
    }

    /// Sends a form without files.
    pub async fn send(&self, client: &Client) -> Reply {
        Reply::to(client.call(Method::POST, &self.action).form(&self.pairs)).await
    }
}

fn pairs(form: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut select = String::new();
    for (start, _) in form.match_indices('<') {
        let tag = &form[start..start + form[start..].find('>').unwrap() + 1];
        let (kind, name, value) = (attribute(tag, "type"), attribute(tag, "name"), attribute(tag, "value"));
        match tag.split([' ', '>']).next().unwrap() {
            "<input" if kind == "file" => {}
            "<input" if matches!(kind.as_str(), "radio" | "checkbox") && !tag.contains(" checked") => {}
            "<input" => pairs.push((name, value)),
            "<select" => {
                select.clone_from(&name);
                pairs.push((name, String::new()));
            }
            "<option" if tag.contains(" selected") => {
                pairs.retain(|(known, _)| *known != select);
                pairs.push((select.clone(), value));
            }
            "<textarea" => {
                let text = form[start + tag.len()..].split("</textarea>").next().unwrap();
                pairs.push((name, unescape(text.strip_prefix('\n').unwrap_or(text))));
            }
            _ => {}
        }
    }
    pairs
}

fn attribute(tag: &str, name: &str) -> String {
    let Some(start) = tag.find(&format!(" {name}=\"")) else {
        return String::new();
    };
    let rest = &tag[start + name.len() + 3..];
    unescape(rest.split('"').next().unwrap())
}

fn unescape(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"");
    text.replace("&#39;", "'").replace("&#38;", "&")
}
