//! A real Chromium, driven by chromedriver: what a person sees and does.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The screens of the run, for a person to look at.
fn screens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens")
}

/// The driver; dropping it ends it and every browser it started.
pub struct Driver {
    url: String,
    child: Child,
    dir: TempDir,
}

impl Driver {
    pub fn start() -> Self {
        let dir = TempDir::with_prefix("chromium").unwrap();
        // Should this process be killed, the driver ends, too.
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "chromedriver", "--port=0"])
            .env("HOME", dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("successfully on port") {
            line.clear();
            assert!(said.read_line(&mut line).unwrap() > 0, "chromedriver did not start");
        }
        let port = line.trim().trim_end_matches('.').rsplit(' ').next().unwrap();
        Self {
            url: format!("http://127.0.0.1:{port}"),
            child,
            dir,
        }
    }

    /// A telephone held upright.
    pub async fn telephone(&self, site: &str) -> Browser {
        let metrics = json!({ "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 2, "touch": true } });
        self.open("hp", site, "500,740", Some(metrics)).await
    }

    /// The screen of an office.
    pub async fn desk(&self, site: &str) -> Browser {
        self.open("kantor", site, "1280,900", None).await
    }

    async fn open(&self, name: &str, site: &str, window: &str, emulation: Option<Value>) -> Browser {
        let (profile, downloads) = (
            self.dir.path().join(name),
            self.dir.path().join(format!("{name}-unduhan")),
        );
        fs::create_dir_all(&downloads).unwrap();
        let mut args: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--lang=id",
        ]
        .map(str::to_owned)
        .to_vec();
        args.push(format!("--window-size={window}"));
        args.push(format!("--user-data-dir={}", profile.display()));
        let mut options = json!({
            "args": args,
            "prefs": {
                "download.default_directory": downloads, "download.prompt_for_download": false,
                "plugins.always_open_pdf_externally": true,
            },
        });
        if let Some(emulation) = emulation {
            options["mobileEmulation"] = emulation;
        }
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&self.url)
            .await
            .unwrap();
        Browser {
            client,
            site: site.to_owned(),
            downloads,
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver does not always take its browsers along.
        let mut family = vec![self.child.id()];
        let mut at = 0;
        while let Some(parent) = family.get(at).copied() {
            let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
            family.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
            at += 1;
        }
        let pids = family.iter().map(u32::to_string);
        // Those that have ended meanwhile are what we want.
        let _ = Command::new("kill")
            .arg("-KILL")
            .args(pids)
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
        // They write into the directory as long as they live, and it goes next.
        let is_alive =
            |pid: &u32| fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
        let until = Instant::now() + Duration::from_secs(5);
        while family.iter().any(is_alive) && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// One window.
pub struct Browser {
    client: Client,
    site: String,
    downloads: PathBuf,
}

impl Browser {
    pub async fn goto(&self, path: &str) {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.site)
        };
        self.client.goto(&url).await.unwrap();
    }

    /// Path and query of the page shown.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.site).unwrap_or(url.as_str()).to_owned()
    }

    /// All that can be read.
    pub async fn text(&self) -> String {
        let said = self
            .client
            .execute("return document.body ? document.body.innerText : ''", vec![])
            .await;
        said.ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until the page says this.
    pub async fn sees(&self, words: &str) {
        let begun = Instant::now();
        while !self.text().await.contains(words) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{words:?} is not on {}:\n{}",
                self.path().await,
                self.text().await
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn find(&self, locator: Locator<'_>) -> fantoccini::elements::Element {
        match self.client.wait().at_most(PATIENCE).for_element(locator).await {
            Ok(element) => element,
            Err(error) => panic!("{locator:?} on {}: {error}", self.path().await),
        }
    }

    /// Presses the button with this label and waits for the page it leads to.
    pub async fn press(&self, label: &str) {
        let button = format!("//button[normalize-space()='{label}' and not(@aria-hidden)]");
        self.leave_by(&button).await;
    }

    /// Follows the link with this text to its page.
    pub async fn follow(&self, text: &str) {
        self.leave_by(&format!("//a[normalize-space()='{text}']")).await;
    }

    /// Follows a link that leads to a file, not to a page.
    pub async fn download(&self, text: &str) -> PathBuf {
        let link = format!("//a[normalize-space()='{text}']");
        self.find(Locator::XPath(&link)).await.click().await.unwrap();
        self.downloaded().await
    }

    /// A mark on the old page tells it from the new one.
    async fn leave_by(&self, what: &str) {
        let element = self.find(Locator::XPath(what)).await;
        self.client.execute("window.isLeft = true", vec![]).await.unwrap();
        element.click().await.unwrap();
        let arrived = "return !window.isLeft && document.readyState === 'complete'";
        let begun = Instant::now();
        // Between two pages there is none to ask.
        while self.client.execute(arrived, vec![]).await.ok() != Some(json!(true)) {
            assert!(
                begun.elapsed() < PATIENCE,
                "{what} leads nowhere on {}",
                self.path().await
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Opens what is folded away under this heading.
    pub async fn unfold(&self, summary: &str) {
        let summary = format!("//summary[normalize-space()='{summary}']");
        self.find(Locator::XPath(&summary)).await.click().await.unwrap();
    }

    /// Types into the field of this name, as a person would; what stood there goes.
    pub async fn fill(&self, name: &str, value: &str) {
        let field = self.find(Locator::Css(&format!("[name=\"{name}\"]"))).await;
        let kind = field.attr("type").await.unwrap().unwrap_or_default();
        if kind == "date" {
            // What is typed into a date depends on the language of the browser.
            let script = "arguments[0].value = arguments[1]";
            let element = serde_json::to_value(&field).unwrap();
            self.client.execute(script, vec![element, value.into()]).await.unwrap();
        } else if kind == "file" {
            field.send_keys(value).await.unwrap();
        } else if field.tag_name().await.unwrap() == "select" {
            field.select_by_value(value).await.unwrap();
        } else {
            field.clear().await.unwrap();
            field.send_keys(value).await.unwrap();
        }
    }

    /// Chooses a radio button.
    pub async fn choose(&self, name: &str, value: &str) {
        let button = format!("input[name=\"{name}\"][value=\"{value}\"]");
        self.find(Locator::Css(&button)).await.click().await.unwrap();
    }

    /// Takes a picture and looks whether something sticks out at the side.
    pub async fn screen(&self, name: &str) {
        let sticks_out = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let pixels = self.client.execute(sticks_out, vec![]).await.unwrap();
        assert_eq!(pixels, json!(0), "{} is too wide", self.path().await);
        fs::create_dir_all(screens()).unwrap();
        let picture = self.client.screenshot().await.unwrap();
        fs::write(screens().join(format!("{name}.png")), picture).unwrap();
    }

    /// The file that was downloaded, once it is whole.
    async fn downloaded(&self) -> PathBuf {
        let begun = Instant::now();
        loop {
            let files = fs::read_dir(&self.downloads)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            if let Some(file) = files
                .into_iter()
                .find(|file| file.extension().is_some_and(|kind| kind == "pdf"))
            {
                return file;
            }
            assert!(begun.elapsed() < PATIENCE, "nothing was downloaded");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}
