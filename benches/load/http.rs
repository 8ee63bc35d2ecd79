//! The least HTTP/1.1 client: one keep-alive connection to a server on this machine that sends `Content-Length`.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Outcome;

/// A connection; one request at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer; the body lies in the connection's buffer.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// Of the status line.
    pub(crate) status: u16,
    /// As text: the server sends nothing else.
    pub(crate) body: &'a str,
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
        })
    }

    /// Sends a whole request and reads the answer.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            self.read_more().await?;
            let end = self
                .received
                .windows(4)
                .position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                break end + 4;
            }
        };
        let text = str::from_utf8(self.received.get(..head).unwrap_or_default())?;
        let status = text.get(9..12).ok_or("no status line")?.parse()?;
        let whole = head + content_length(text)?;
        while self.received.len() < whole {
            self.read_more().await?;
        }
        let body = self.received.get(head..whole).unwrap_or_default();
        Ok(Answer {
            status,
            body: str::from_utf8(body)?,
        })
    }

    async fn read_more(&mut self) -> Outcome<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

fn content_length(head: &str) -> Outcome<usize> {
    const NAME: &str = "content-length:";
    let line = head.lines().find(|line| {
        line.get(..NAME.len())
            .is_some_and(|name| name.eq_ignore_ascii_case(NAME))
    });
    let value = line.and_then(|line| line.get(NAME.len()..));
    Ok(value.ok_or("the answer has no length")?.trim().parse()?)
}
