//! One address with its methods; any other method is answered 405 with Allow.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use actix_web::dev::Handler;
use actix_web::http::Method;
use actix_web::{FromRequest, Responder, web};

use crate::platform::error::Error;

/// Collects the methods of one address, then registers it.
pub struct Endpoint {
    resource: actix_web::Resource,
    path: String,
    methods: Vec<Method>,
}

/// Every address with its methods, of all that this process serves.
static KNOWN: Mutex<BTreeSet<(String, String)>> = Mutex::new(BTreeSet::new());

/// Method and path of whatever was registered so far: what is served can be held against what is documented.
#[must_use]
pub fn registered() -> BTreeSet<(String, String)> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Begins the registration of an address.
#[must_use]
pub fn endpoint(path: &str) -> Endpoint {
    Endpoint {
        resource: web::resource(path),
        path: path.to_owned(),
        methods: Vec::new(),
    }
}

impl Endpoint {
    fn on<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.methods.push(method.clone());
        self.resource = self.resource.route(web::method(method).to(handler));
        self
    }

    #[must_use]
    pub fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::GET, handler)
    }

    #[must_use]
    pub fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::POST, handler)
    }

    #[must_use]
    pub fn patch<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PATCH, handler)
    }

    #[must_use]
    pub fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::DELETE, handler)
    }

    #[must_use]
    pub fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::PUT, handler)
    }

    /// Puts the address into the table.
    pub fn register(self, routes: &mut web::ServiceConfig) {
        let calls = self
            .methods
            .iter()
            .map(|method| (method.to_string(), self.path.clone()));
        KNOWN.lock().unwrap_or_else(PoisonError::into_inner).extend(calls);
        let allow = self.methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
        routes.service(self.resource.default_service(web::to(move || {
            let allow = allow.clone();
            async move { Err::<actix_web::HttpResponse, _>(Error::MethodNotAllowed { allow }) }
        })));
    }
}
