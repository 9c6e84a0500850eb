//! Passwords: argon2id with OWASP's parameters on a pool of its own size, so that a flood of logins cannot take the
//! machine from everybody else (measured: 14 ms and 19 MiB each).

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::platform::error::Error;
use crate::platform::ids::Entropy;

/// How many hashes are computed at once.
const PERMITS: usize = 1;

/// How many calls may wait for one; beyond that a caller is told to come back. About two seconds of work.
const WAITING: usize = 48;

/// A login costs as many checks as the largest family it may try (design, section 2).
pub const CHECKS: usize = 3;

/// Fewer characters are refused; NIST SP 800-63B asks for eight and against rules of composition.
const SHORTEST: usize = 10;
/// Longer ones are refused before they are hashed.
const LONGEST: usize = 200;

/// Passwords that are long enough and still tried first.
const COMMON: &[&str] = &[
    "1234567890",
    "12345678910",
    "0123456789",
    "0987654321",
    "1111111111",
    "0000000000",
    "123456789a",
    "qwertyuiop",
    "qwerty1234",
    "qwerty12345",
    "password12",
    "password123",
    "password1234",
    "katasandi123",
    "rahasia123",
    "rahasia1234",
    "indonesia1",
    "indonesia123",
    "bismillah1",
    "bismillah123",
    "sayangkamu",
    "akucintakamu",
    "kisaran123",
    "kisarantimur",
    "asahan12345",
    "admin12345",
    "administrator",
];

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    #[error("pakai paling sedikit 10 huruf atau angka")]
    TooShort,
    #[error("terlalu panjang, paling banyak 200 huruf")]
    TooLong,
    #[error("kata sandi ini terlalu mudah ditebak; pilih yang lain")]
    Common,
}

impl PasswordProblem {
    /// Stable for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Common => "too_common",
        }
    }
}

/// A password as it was typed; it leaves memory when dropped and never prints itself.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Password {
    /// A password that someone chooses. `known` are words of the person that it must not be (e-mail, NIK).
    ///
    /// # Errors
    /// The first rule that fails.
    pub fn choose(text: &str, known: &[&str]) -> Result<Self, PasswordProblem> {
        let length = text.chars().count();
        if length < SHORTEST {
            return Err(PasswordProblem::TooShort);
        }
        if length > LONGEST {
            return Err(PasswordProblem::TooLong);
        }
        let lower = text.to_lowercase();
        let one_letter = text
            .chars()
            .next()
            .is_some_and(|first| text.chars().all(|c| c == first));
        if one_letter || COMMON.contains(&lower.as_str()) || known.iter().any(|word| word.to_lowercase() == lower) {
            return Err(PasswordProblem::Common);
        }
        Ok(Self::typed(text))
    }

    /// A password that someone logs in with; what is too long to be one is cut, so that it costs as any other.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.chars().take(LONGEST + 1).collect()))
    }
}

/// The bounded pool; cheap to clone.
#[derive(Clone)]
pub struct Passwords(Arc<Inner>);

struct Inner {
    admitted: Arc<Semaphore>,
    working: Arc<Semaphore>,
    argon2: Argon2<'static>,
    dummy: String,
}

impl Passwords {
    /// OWASP Password Storage: argon2id, 19 MiB, 2 passes, 1 lane.
    ///
    /// # Errors
    /// Never in practice: the parameters are constants.
    pub fn new(entropy: Entropy) -> Result<Self, Error> {
        Self::with_cost(entropy, 19_456, 2)
    }

    /// Other costs, for tests that log in often.
    ///
    /// # Errors
    /// When argon2 refuses the parameters.
    pub fn with_cost(entropy: Entropy, kibibytes: u32, passes: u32) -> Result<Self, Error> {
        let params = Params::new(kibibytes, passes, 1, None).map_err(|error| Error::internal(error.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = compute(&argon2, entropy, &entropy.token())?;
        Ok(Self(Arc::new(Inner {
            admitted: Arc::new(Semaphore::new(PERMITS + WAITING)),
            working: Arc::new(Semaphore::new(PERMITS)),
            argon2,
            dummy,
        })))
    }

    /// Hashes a chosen password, in PHC form.
    ///
    /// # Errors
    /// `Unavailable` when too many wait.
    pub async fn hash(&self, entropy: Entropy, password: Password) -> Result<String, Error> {
        self.run(move |inner| compute(&inner.argon2, entropy, &password.0))
            .await
    }

    /// As `hash`, on the calling thread: commands and seeds.
    ///
    /// # Errors
    /// Never in practice.
    pub fn hash_now(&self, entropy: Entropy, password: &Password) -> Result<String, Error> {
        compute(&self.0.argon2, entropy, &password.0)
    }

    /// Tries the password on the given hashes, in order; always at the cost of `CHECKS` checks, so that time does
    /// not tell whether an account exists. Accounts without a password never match.
    ///
    /// # Errors
    /// `Unavailable` when too many wait.
    pub async fn first_match(&self, password: Password, hashes: Vec<Option<String>>) -> Result<Option<usize>, Error> {
        self.run(move |inner| {
            let mut found = None;
            for place in 0..CHECKS {
                let stored = hashes.get(place).and_then(Option::as_deref);
                let matches = check(&inner.argon2, stored.unwrap_or(&inner.dummy), &password.0);
                if matches && stored.is_some() && found.is_none() {
                    found = Some(place);
                }
            }
            Ok(found)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let inner = Arc::clone(&self.0);
        let admitted = Arc::clone(&inner.admitted)
            .try_acquire_owned()
            .map_err(|_| Error::Unavailable)?;
        let working = Arc::clone(&inner.working)
            .acquire_owned()
            .await
            .map_err(|_| Error::Unavailable)?;
        // The permits go with the work: a caller who hangs up does not free a core that is still busy.
        tokio::task::spawn_blocking(move || {
            let done = work(&inner);
            drop((admitted, working));
            done
        })
        .await
        .map_err(Error::internal)?
    }
}

fn compute(argon2: &Argon2<'_>, entropy: Entropy, password: &str) -> Result<String, Error> {
    let hash: PasswordHash = argon2
        .hash_password_with_salt(password.as_bytes(), &entropy.bytes::<16>())
        .map_err(|error| Error::internal(error.to_string()))?;
    Ok(hash.to_string())
}

fn check(argon2: &Argon2<'_>, stored: &str, password: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| argon2.verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cheap() -> Passwords {
        Passwords::with_cost(Entropy, 8, 1).unwrap()
    }

    #[tokio::test]
    async fn the_first_account_that_the_password_fits_is_taken() {
        let passwords = cheap();
        let hash = |text: &str| passwords.hash_now(Entropy, &Password::typed(text)).unwrap();
        let family = vec![None, Some(hash("ayah punya sandi")), Some(hash("ibu punya sandi"))];
        let tried = |text: &str| passwords.first_match(Password::typed(text), family.clone());
        assert_eq!(tried("ibu punya sandi").await.unwrap(), Some(2));
        assert_eq!(tried("ayah punya sandi").await.unwrap(), Some(1));
        assert_eq!(tried("anak punya sandi").await.unwrap(), None);
        assert_eq!(
            passwords.first_match(Password::typed("x"), Vec::new()).await.unwrap(),
            None
        );
    }

    #[tokio::test]
    async fn an_account_beyond_the_third_is_not_tried_and_a_broken_hash_matches_nothing() {
        let passwords = cheap();
        let hash = passwords
            .hash_now(Entropy, &Password::typed("kata sandi keempat"))
            .unwrap();
        let tried = |hashes| passwords.first_match(Password::typed("kata sandi keempat"), hashes);
        assert_eq!(tried(vec![None, None, None, Some(hash)]).await.unwrap(), None);
        assert_eq!(tried(vec![Some("no hash".into())]).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_flood_is_told_to_come_back_instead_of_queueing_for_ever() {
        let passwords = cheap();
        let held = Arc::clone(&passwords.0.working).acquire_owned().await.unwrap();
        let mut waiting = Vec::new();
        for _ in 0..PERMITS + WAITING {
            let passwords = passwords.clone();
            waiting.push(tokio::spawn(async move {
                passwords.first_match(Password::typed("x"), Vec::new()).await
            }));
        }
        while passwords.0.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = passwords.first_match(Password::typed("x"), Vec::new()).await;
        assert!(matches!(refused, Err(Error::Unavailable)));
        drop(held);
        for call in waiting {
            assert!(call.await.unwrap().is_ok());
        }
    }

    #[test]
    fn stored_hashes_say_the_parameters_of_owasp_and_nothing_prints_a_password() {
        let passwords = Passwords::new(Entropy).unwrap();
        assert!(passwords.0.dummy.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!format!("{:?}", Password::typed("rahasia sekali")).contains("rahasia"));
    }
}
