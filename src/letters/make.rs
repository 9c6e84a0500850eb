//! A letter's file: QR token, picture, page, seal. The same letter gives the same bytes, so a job may run again.

use super::issue::ToRender;
use super::pades::{SignError, SignatureInfo, sign_pdf};
use super::qr::{self, TooLong};
use super::render::{Typeset, TypesetError, TypesetInput, template_for};
use super::seal::Seal;
use super::token::{self, TokenFacts, Unencodable};
use crate::platform::error::Error;

/// Why a file cannot be made. None of these passes by itself: a person must look.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error(transparent)]
    Token(#[from] Unencodable),
    #[error(transparent)]
    Qr(#[from] TooLong),
    #[error("the letter cannot be typeset")]
    Typeset(#[from] TypesetError),
    #[error("the letter cannot be sealed")]
    Sign(#[from] SignError),
}

impl From<MakeError> for Error {
    fn from(error: MakeError) -> Self {
        Self::internal(error)
    }
}

/// Typesets and seals a letter. Takes some milliseconds of CPU and must not run inside a transaction.
///
/// # Errors
/// What of the letter cannot be made.
pub fn render_and_sign(typeset: Typeset, seal: &Seal, letter: &ToRender) -> Result<Vec<u8>, MakeError> {
    let data = &letter.data;
    // Masking what is masked changes nothing, so the full name is not needed here.
    let facts = TokenFacts::of(data, letter.issued_on, letter.area.as_str(), &letter.holder_masked);
    let token = token::sign(&facts, &seal.qr_key)?;
    // In the fragment, which browsers do not send: what the paper says of its holder reaches no log.
    let qr = qr::draw(&format!("{}#{token}", data.url))?;
    let pdf = typeset(&TypesetInput {
        template: template_for(&data.service),
        data,
        qr: &qr,
        ident: &letter.code,
        timestamp: letter.signed_at,
    })?;
    let info = SignatureInfo {
        reason: &data.title,
        location: &data.place,
        name: &data.signer.name,
        at: letter.signed_at,
    };
    Ok(sign_pdf(&pdf, &seal.signer, info)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::AreaCode;
    use crate::letters::{TokenKey, read_stub, sample, stub_typeset};
    use crate::platform::ids::Entropy;
    use uuid::Uuid;

    #[test]
    fn a_job_that_runs_again_makes_the_same_sealed_file() {
        let seal = Seal::new(sample::another_signer(), TokenKey::generate(&mut Entropy.rng()));
        let letter = ToRender {
            letter_id: Uuid::nil(),
            code: "7F3KQ2ZM8HWT".into(),
            data: sample::skd(),
            area: AreaCode::parse("12.09.20.1006").unwrap(),
            issued_on: sample::now().date_naive(),
            holder_masked: "S*** A*****".into(),
            signed_at: sample::now(),
        };
        let make = || render_and_sign(stub_typeset, &seal, &letter).unwrap();
        let file = make();
        assert_eq!(file, make());
        assert_eq!(read_stub(&file).unwrap(), letter.data);
        assert!(seal.marks().are_in(&file));
    }
}
