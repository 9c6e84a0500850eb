//! The catalogue as residents read it: what there is, what it asks, how long it takes. No login.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::fields::Field;
use super::store::{self, Published};
use super::{AttachmentKind, Category, ServiceDefinition, StepName, working_time};
use crate::accounts::pages::chrome;
use crate::accounts::{MaybeActor, Position};
use crate::app::App;
use crate::areas::AreaLevel;
use crate::platform::error::Error;
use crate::platform::http::endpoint;
use crate::shell::{Chrome, page};

/// Addresses of the room.
pub fn routes(cfg: &mut web::ServiceConfig) {
    endpoint("/").get(home).register(cfg);
    endpoint("/layanan/{code}").get(service).register(cfg);
}

/// What is searched for.
#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    cari: String,
}

#[derive(Template)]
#[template(path = "services/home.html")]
struct HomePage {
    chrome: Chrome,
    search: String,
    groups: Vec<Shelf>,
}

/// The services of one category.
struct Shelf {
    category: Category,
    services: Vec<ServiceDefinition>,
}

async fn home(app: App, MaybeActor(actor): MaybeActor, search: web::Query<Search>) -> Result<HttpResponse, Error> {
    let services = app.read(|conn, _| store::list(conn)).await?;
    let search: String = search.into_inner().cari.trim().chars().take(100).collect();
    page(&HomePage {
        chrome: chrome(actor.as_ref(), app.keys()),
        groups: shelves(services, &search),
        search,
    })
}

/// Services on offer that hold every word of the search, by category.
fn shelves(services: Vec<Published>, search: &str) -> Vec<Shelf> {
    let words: Vec<String> = search.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let found: Vec<ServiceDefinition> = services
        .into_iter()
        .map(|published| published.definition)
        .filter(|service| service.active && holds(service, &words))
        .collect();
    let shelf = |category: Category| Shelf {
        category,
        services: found.iter().filter(|s| s.category == category).cloned().collect(),
    };
    Category::ALL
        .iter()
        .map(|category| shelf(*category))
        .filter(|shelf| !shelf.services.is_empty())
        .collect()
}

fn holds(service: &ServiceDefinition, words: &[String]) -> bool {
    let text = format!("{} {} {}", service.code, service.name, service.category.label()).to_lowercase();
    words.iter().all(|word| text.contains(word))
}

#[derive(Template)]
#[template(path = "services/service.html")]
struct ServicePage {
    chrome: Chrome,
    service: ServiceDefinition,
    steps: Vec<Station>,
    promise: String,
    validity: String,
}

/// A step as residents read it.
struct Station {
    who: String,
    what: &'static str,
    time: String,
    note: &'static str,
}

async fn service(app: App, MaybeActor(actor): MaybeActor, code: web::Path<String>) -> Result<HttpResponse, Error> {
    let published = app.read(move |conn, _| store::current(conn, &code)).await?;
    page(&service_page(chrome(actor.as_ref(), app.keys()), published.definition))
}

fn service_page(chrome: Chrome, service: ServiceDefinition) -> ServicePage {
    ServicePage {
        chrome,
        steps: stations(&service),
        promise: working_time(service.promised_minutes()),
        validity: service.validity_days.map_or_else(
            || "Tidak dibatasi, atau untuk satu keperluan".to_owned(),
            |days| format!("{days} hari sejak terbit"),
        ),
        service,
    }
}

/// Who acts, in order, with the part of the promise that each has; a step that is off gives its part to the next.
fn stations(service: &ServiceDefinition) -> Vec<Station> {
    let mut percent = 0;
    let mut stations = Vec::new();
    for step in &service.steps {
        percent += step.share_percent;
        if step.off {
            continue;
        }
        let place = match step.level {
            AreaLevel::Lingkungan => "di lingkungan Anda",
            AreaLevel::Kelurahan => "kelurahan",
            AreaLevel::Kecamatan | AreaLevel::Kabupaten => "kecamatan",
        };
        let who = match step.position {
            Position::Kasi => format!("Kepala Seksi {} kecamatan", service.kasi),
            Position::Petugas => format!("Petugas pelayanan {place}"),
            other => other.label().to_owned(),
        };
        stations.push(Station {
            who,
            what: step.name.label(),
            time: working_time(service.promised_minutes().saturating_mul(percent) / 100),
            note: if step.name == StepName::Endorse {
                "Dilewati bila Anda mengunggah surat pengantar yang sudah ditandatangani."
            } else {
                ""
            },
        });
        percent = 0;
    }
    stations
}

impl ServicePage {
    fn papers(&self, required: bool) -> impl Iterator<Item = &AttachmentKind> {
        self.service
            .attachments
            .iter()
            .filter(move |kind| kind.required == required)
    }

    /// What rests on general knowledge only is marked as such.
    fn legal_basis(&self) -> impl Iterator<Item = String> {
        let plain = |text: &String| text.replace("— unverified, from general knowledge", "(belum dipastikan)");
        self.service.legal_basis.iter().map(plain)
    }

    fn questions(&self) -> impl Iterator<Item = &Field> {
        self.service.fields.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::catalogue::ALL;

    fn published() -> Vec<Published> {
        let definition = |seed: &crate::services::catalogue::Seed| seed.definition().unwrap();
        ALL.iter()
            .map(|seed| Published {
                version: 1,
                definition: definition(seed),
            })
            .collect()
    }

    fn found(search: &str) -> Vec<String> {
        let shelves = shelves(published(), search);
        shelves
            .into_iter()
            .flat_map(|shelf| shelf.services)
            .map(|service| service.code)
            .collect()
    }

    #[test]
    fn only_services_on_offer_are_shown_and_the_search_takes_words_in_any_order() {
        assert_eq!(found("").len(), 33);
        assert_eq!(found("domisili keterangan"), ["SKD", "SKDU", "REK-ORMAS"]);
        assert!(found("skck").contains(&"SP-SKCK".to_owned()));
        assert!(found("tidak ada yang seperti ini").is_empty());
    }

    #[test]
    fn every_service_has_its_page() {
        for Published { definition, .. } in published() {
            let html = service_page(Chrome::default(), definition.clone()).render().unwrap();
            assert!(html.contains(&format!("/layanan/{}/ajukan", definition.code)) == definition.active);
            let total: u32 = definition.steps.iter().map(|step| step.share_percent).sum();
            assert_eq!(total, 100, "the times shown add up to the promise");
        }
    }

    #[test]
    fn the_page_of_a_letter_that_the_camat_countersigns() {
        let seed = ALL.iter().find(|seed| seed.code == "SKAW").unwrap();
        let html = service_page(Chrome::default(), seed.definition().unwrap())
            .render()
            .unwrap();
        insta::assert_snapshot!(html.replace(&Chrome::default().style(), "/assets/style.css"));
    }

    #[test]
    fn a_search_that_finds_nothing_says_what_to_do() {
        let page = HomePage {
            chrome: Chrome::default(),
            search: "<xyz>".into(),
            groups: Vec::new(),
        };
        let html = page.render().unwrap();
        assert!(
            html.contains("Tidak ada layanan") && html.contains("&#60;xyz&#62;"),
            "{html}"
        );
    }
}
