//! The mixed load: residents who submit, cancel and answer; officers who take the next, act, return and sign; a mail
//! server in bad mood. Everybody notes what was acknowledged.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use image::{DynamicImage, ImageFormat, RgbImage};
use sepakat::platform::ids::Entropy;
use sepakat::services::catalogue;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use crate::caller::{Caller, Said};
use crate::house::House;
use crate::ledger::Ledger;
use crate::people::{KELURAHAN, Person};
use crate::smtp::{Answer, SmtpSink};

/// Letters of both shapes.
const SERVICES: [&str; 4] = ["SKD", "SKDU", "SKU", "SP-SKCK"];
/// Between two submissions of one resident.
const PACE: Duration = Duration::from_millis(700);
/// How long an officer with nothing to do waits.
const IDLE: Duration = Duration::from_millis(400);

/// What all tasks share.
struct Scene {
    caller: Caller,
    ledger: Arc<Ledger>,
    stop: AtomicBool,
    photo: Vec<u8>,
    /// Where a returned request goes, by the submitter's login.
    returned: HashMap<String, UnboundedSender<String>>,
}

pub struct Load {
    runtime: Runtime,
    scene: Arc<Scene>,
    tasks: Vec<JoinHandle<()>>,
    pub people: Vec<Person>,
}

impl Load {
    pub fn start(house: &House, people: Vec<Person>, ledger: Arc<Ledger>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let caller = Caller::new(house.urls());
        let people = runtime.block_on(join_all(people.into_iter().map(async |mut person| {
            person.log_in(&caller).await;
            person
        })));
        let (returned, boxes): (HashMap<_, _>, Vec<_>) = people
            .iter()
            .filter(|person| person.role == "resident")
            .map(|person| {
                let (put, take) = unbounded_channel();
                ((person.login.clone(), put), (person.clone(), take))
            })
            .unzip();
        let scene = Arc::new(Scene {
            caller,
            ledger,
            stop: AtomicBool::new(false),
            photo: a_photo(),
            returned,
        });
        let mut tasks: Vec<JoinHandle<()>> = Vec::new();
        for (who, take) in boxes {
            tasks.push(runtime.spawn(resident(Arc::clone(&scene), who, take)));
        }
        for who in people.iter().filter(|person| person.role != "resident") {
            tasks.push(runtime.spawn(officer(Arc::clone(&scene), who.clone())));
        }
        let addresses = people
            .iter()
            .filter(|person| person.role == "resident")
            .map(|person| person.login.clone());
        tasks.push(runtime.spawn(bad_mood(Arc::clone(&scene), house.mail.clone(), addresses.collect())));
        Self {
            runtime,
            scene,
            tasks,
            people,
        }
    }

    /// Lets everybody finish the call at hand; residents look at their letters afterwards.
    pub fn stop(&mut self) {
        self.scene.stop.store(true, Ordering::Relaxed);
        let tasks = std::mem::take(&mut self.tasks);
        self.runtime
            .block_on(join_all(tasks))
            .into_iter()
            .for_each(|ended| ended.unwrap());
    }

    /// Residents log in anew, as their first tokens may have run out.
    pub fn log_residents_in(&mut self) {
        let residents = self.people.iter_mut().filter(|person| person.role == "resident");
        self.runtime
            .block_on(join_all(residents.map(|person| person.log_in(&self.scene.caller))));
    }

    pub fn caller(&self) -> &Caller {
        &self.scene.caller
    }

    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

impl Scene {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Posts, and notes what nobody answered or what was refused.
    async fn post(&self, who: &mut Person, path: &str, body: &Value) -> Option<(u16, Value)> {
        let mut said = self.caller.post(&who.token, path, body).await;
        if is_over(&said) {
            who.log_in(&self.caller).await;
            said = self.caller.post(&who.token, path, body).await;
        }
        self.noted(said, path)
    }

    fn noted(&self, said: Said, path: &str) -> Option<(u16, Value)> {
        match said {
            Said::Done(status, body) => return Some((status, body)),
            Said::Refused(status, code) => {
                self.ledger
                    .note(|book| *book.refused.entry(format!("{status} {code}")).or_default() += 1);
            }
            Said::Silent => self.ledger.note(|book| book.unknown.push(path.to_owned())),
        }
        None
    }

    async fn act(&self, who: &mut Person, request: &str, body: &Value) -> Option<Value> {
        let (_, view) = self
            .post(who, &format!("/api/v1/requests/{request}/actions"), body)
            .await?;
        let act = (
            request.to_owned(),
            who.login.clone(),
            body["action"].as_str().unwrap().to_owned(),
        );
        self.ledger.note(|book| *book.acts.entry(act).or_default() += 1);
        Some(view)
    }

    async fn upload(&self, who: &mut Person) -> Option<String> {
        let mut said = self.caller.upload(&who.token, &self.photo).await;
        if is_over(&said) {
            who.log_in(&self.caller).await;
            said = self.caller.upload(&who.token, &self.photo).await;
        }
        let (_, taken) = self.noted(said, "/api/v1/attachments")?;
        let id = taken["id"].as_str().unwrap().to_owned();
        self.ledger.note(|book| book.uploads.insert(id.clone()));
        Some(id)
    }

    /// Hands a letter in, with its papers.
    async fn submit(&self, who: &mut Person, service: &str) -> Option<String> {
        let seed = catalogue::ALL.iter().find(|seed| seed.code == service).unwrap();
        let mut body: Value = serde_json::from_str(seed.sample).unwrap();
        let kinds: Vec<String> = serde_json::from_value(body["attachments"].take()).unwrap();
        let mut files = Vec::new();
        for kind in kinds {
            files.push(json!({ "kind": kind, "id": self.upload(who).await? }));
        }
        body["service"] = service.into();
        body["attachments"] = files.into();
        body["area"] = who.area.clone().into();
        body["applicant"]["kelurahan_code"] = who.area.clone().into();
        body["applicant"]["lingkungan"] = format!("{}.01", who.area).into();
        let (_, view) = self.post(who, "/api/v1/requests", &body).await?;
        let text = |name: &str| view[name].as_str().unwrap().to_owned();
        let made = (text("id"), text("tracking_code"), who.login.clone());
        self.ledger.note(|book| book.submitted.push(made));
        Some(text("id"))
    }
}

/// Whether the login or its second factor has run out. Nothing happened then.
fn is_over(said: &Said) -> bool {
    matches!(said, Said::Refused(401, _))
        || matches!(said, Said::Refused(403, code) if code == "second_factor_required")
}

fn dice(sides: u8) -> u8 {
    u8::from_le_bytes(Entropy.bytes()) % sides
}

async fn resident(scene: Arc<Scene>, mut who: Person, mut returned: UnboundedReceiver<String>) {
    assert!(KELURAHAN.contains(&who.area.as_str()));
    let mut turn = usize::from(dice(4));
    while !scene.stopped() {
        turn += 1;
        let made = scene.submit(&mut who, SERVICES[turn % SERVICES.len()]).await;
        if let Some(id) = made
            && dice(10) == 0
        {
            scene.act(&mut who, &id, &json!({ "action": "cancel" })).await;
        }
        while let Ok(id) = returned.try_recv() {
            let mut body = json!({ "action": "resubmit" });
            if let Some(photo) = scene.upload(&mut who).await {
                body["attachments"] = json!([{ "kind": "ktp", "id": photo }]);
            }
            scene.act(&mut who, &id, &body).await;
        }
        tokio::time::sleep(PACE).await;
    }
}

async fn officer(scene: Arc<Scene>, mut who: Person) {
    while !scene.stopped() {
        let given = scene.post(&mut who, "/api/v1/queue/next", &json!({})).await;
        let Some((200, view)) = given else {
            tokio::time::sleep(IDLE).await;
            continue;
        };
        scene.ledger.note(|book| book.taken += 1);
        let id = view["id"].as_str().unwrap();
        let step = view["step"]["name"].as_str().unwrap_or_default();
        let mut body = json!({ "action": step, "version": view["version"] });
        if step == "verify" && dice(8) == 0 {
            body = json!({ "action": "return", "version": view["version"], "note": "Foto KTP buram." });
        }
        let done = scene.act(&mut who, id, &body).await;
        if done.is_some() && body["action"] == "return" {
            let submitter = scene.ledger.note(|book| {
                let made = book.submitted.iter().find(|(made, ..)| made == id);
                made.map(|(.., login)| login.clone())
            });
            if let Some(put) = submitter.and_then(|login| scene.returned.get(&login)) {
                let _ = put.send(id.to_owned());
            }
        }
    }
}

/// Refuses for a while, hangs up, or forgets to say that it took a mail.
async fn bad_mood(scene: Arc<Scene>, sink: SmtpSink, addresses: Vec<String>) {
    while !scene.stopped() {
        let moods = [
            Answer::AtRcpt("451 4.3.0 later"),
            Answer::AtEnd("451 4.3.0 later"),
            Answer::Drop,
            Answer::DropAfterTaking,
        ];
        let address = &addresses[usize::from(dice(8)) % addresses.len()];
        sink.answer(address, &[moods[usize::from(dice(4))].clone()]);
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

fn a_photo() -> Vec<u8> {
    let picture = RgbImage::from_fn(160, 120, |x, y| {
        image::Rgb([(x % 251).try_into().unwrap(), (y % 241).try_into().unwrap(), 120])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(picture)
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}
