//! Why a letter cannot be changed or opened.

use crate::platform::crypto::CryptoError;
use crate::platform::error::Error;

#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// No such letter, or not in a state in which this can be done to it. The conductor holds the request's row, so
    /// this says that it called out of order.
    #[error("no letter in the state that this needs: {0}")]
    WrongState(&'static str),
    /// More letters in one year than a register has numbers.
    #[error("the register of this year is full")]
    RegisterFull,
    #[error("the letter's data cannot be read")]
    Data(#[from] serde_json::Error),
    #[error("the letter cannot be opened or sealed")]
    Crypto(#[from] CryptoError),
    #[error("database")]
    Database(#[from] diesel::result::Error),
    #[error("file store")]
    Files(#[source] Error),
}

impl From<LetterError> for Error {
    fn from(error: LetterError) -> Self {
        match error {
            LetterError::Database(cause) => cause.into(),
            LetterError::Files(cause) => cause,
            other => Self::internal(other),
        }
    }
}
