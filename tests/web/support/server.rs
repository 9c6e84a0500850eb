//! The server as it is, on a port of its own, in a thread that ends with the test.

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use sepakat::app::App;
use sepakat::server;

/// A running server; dropping it ends it.
pub struct Server {
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(app: &App, listener: TcpListener) -> Self {
        let app = app.clone();
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = server::http(&app, listener).unwrap();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self {
            handle: told.recv().unwrap(),
            thread: Some(thread),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The order is sent at once; its future only says when it was obeyed, and that the thread's end says too.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            // A second panic would end the run and hide every other result.
            assert!(ended.is_ok() || std::thread::panicking());
        }
    }
}
