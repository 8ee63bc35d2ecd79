//! A client that holds its connection in its own hands: half a request, no answer read, a head that never ends.

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::program::Server;

/// One connection to a server.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    host: String,
}

impl Socket {
    /// Connects.
    pub(crate) async fn to(server: &Server) -> Self {
        let host = server.url().trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.expect("the server listens");
        Self { stream, host }
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, bytes: &str) {
        let sent = self.stream.write_all(bytes.as_bytes()).await;
        sent.expect("the connection takes bytes");
    }

    /// Sends a request with a body of JSON.
    pub(crate) async fn post(&mut self, path: &str, headers: &str, body: &str) {
        let (host, length) = (&self.host, body.len());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n{headers}\r\n"
        );
        self.send(&(head + body)).await;
    }

    /// Sends the head of a request and the first byte of its body: accepted, and never complete.
    pub(crate) async fn begin(&mut self, path: &str) {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             cal-api-version: 2024-08-13\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n",
            self.host
        );
        self.send(&head).await;
        // The server asks for the body: the request is with its handler.
        assert_eq!(self.status().await, Some(StatusCode::CONTINUE));
        self.send("{").await;
    }

    /// Asks whether the server is alive, without reading the answer.
    pub(crate) async fn ask(&mut self) {
        let head = format!("GET /livez HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.send(&head).await;
    }

    /// The status of the next answer; `None` when the server has closed the connection without one.
    pub(crate) async fn status(&mut self) -> Option<StatusCode> {
        let mut buffer = vec![0; 16 * 1024];
        let read = self.stream.read(&mut buffer).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&buffer[..read]);
        let code = text.strip_prefix("HTTP/1.1 ")?.get(..3)?;
        Some(code.parse().expect("a status is a number"))
    }

    /// Whether nothing has been answered yet.
    pub(crate) fn is_silent(&self) -> bool {
        let mut byte = [0];
        self.stream
            .try_read(&mut byte)
            .is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    }
}
