//! Connections: accepted up to a limit, served as HTTP/1.1, drained on request.
//!
//! Written over hyper and not `axum::serve`, which bounds neither the number of connections nor the time that a
//! client may take for the head of a request.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{Service, ServiceExt as _};

/// Longest wait for the head of a request, on a new connection or between two requests: a client that trickles
/// bytes cannot keep a connection.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// How long an idle connection stays open once the server drains: a request that is already on its way is answered
/// (with `Connection: close`), where closing at once would reset it.
pub const LINGER: Duration = Duration::from_millis(500);

/// How many connections that the kernel has accepted already are still served when the server begins to drain.
const BACKLOG_MAX: usize = 1024;

/// What bounds the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; more wait in the kernel's backlog.
    pub connections: usize,
    /// How long open requests may take once the server drains.
    pub drain: Duration,
}

/// Serves until `draining` is cancelled, then answers what is under way. Returns how many connections were cut off
/// because they took longer than [`Limits::drain`].
pub async fn serve<S>(
    listener: TcpListener,
    app: S,
    limits: Limits,
    draining: CancellationToken,
) -> usize
where
    S: Service<Request, Response = Response, Error = Infallible>
        + Clone
        + Send
        + Sync
        + Unpin
        + 'static,
    S::Future: Send,
{
    let connections = TaskTracker::new();
    let closing = CancellationToken::new();
    let permits = Arc::new(Semaphore::new(limits.connections));
    let open = |accepted: (TcpStream, SocketAddr), permit| {
        let (stream, peer) = accepted;
        let connection = Connection {
            peer,
            draining: draining.clone(),
            closing: closing.clone(),
            permit,
        };
        connections.spawn(connection.serve(stream, app.clone()));
    };
    loop {
        let accepted = tokio::select! {
            biased;
            () = draining.cancelled() => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        let Some((accepted, permit)) = accepted else {
            break;
        };
        open(accepted, Some(permit));
    }
    match close(listener) {
        Ok(waiting) => waiting
            .into_iter()
            .for_each(|accepted| open(accepted, None)),
        Err(error) => tracing::warn!(%error, "connections in the backlog are lost"),
    }
    connections.close();
    if tokio::time::timeout(LINGER, connections.wait())
        .await
        .is_err()
    {
        closing.cancel();
    }
    match tokio::time::timeout(limits.drain, connections.wait()).await {
        Ok(()) => 0,
        Err(_elapsed) => connections.len(),
    }
}

/// The next connection, once one more may be open; `None` never happens while the semaphore lives.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<((TcpStream, SocketAddr), OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok(accepted) => return Some((accepted, permit)),
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                // Out of file descriptors: some close while this task lets others run.
                tokio::time::timeout(Duration::from_millis(50), std::future::pending::<()>())
                    .await
                    .unwrap_or_default();
            }
        }
    }
}

fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

/// Closes the listener, but first accepts what waits in its backlog: those clients believe that they are connected.
/// Without the reactor, so that nothing lies between the last look and the close.
fn close(listener: TcpListener) -> io::Result<Vec<(TcpStream, SocketAddr)>> {
    let listener = listener.into_std()?;
    let mut waiting = Vec::new();
    while waiting.len() < BACKLOG_MAX {
        match listener.accept() {
            Ok(accepted) => waiting.push(accepted),
            Err(_none_or_broken) => break,
        }
    }
    drop(listener);
    waiting
        .into_iter()
        .map(|(stream, peer)| {
            stream.set_nonblocking(true)?;
            Ok((TcpStream::from_std(stream)?, peer))
        })
        .collect()
}

struct Connection {
    peer: SocketAddr,
    draining: CancellationToken,
    closing: CancellationToken,
    permit: Option<OwnedSemaphorePermit>,
}

impl Connection {
    async fn serve<S>(self, stream: TcpStream, app: S)
    where
        S: Service<Request, Response = Response, Error = Infallible>
            + Clone
            + Send
            + Sync
            + Unpin
            + 'static,
        S::Future: Send,
    {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (peer, draining) = (self.peer, self.draining.clone());
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let (app, draining) = (app.clone(), draining.clone());
            Box::pin(async move {
                let mut response = app.oneshot(request).await?;
                if draining.is_cancelled() {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                Ok::<_, Infallible>(response)
            })
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        let served = tokio::select! {
            served = poll_fn(|context| connection.poll_without_shutdown(context)) => served,
            () = self.closing.cancelled() => {
                std::pin::Pin::new(&mut connection).graceful_shutdown();
                poll_fn(|context| connection.poll_without_shutdown(context)).await
            }
        };
        match served {
            Ok(()) => take_leave(connection.into_parts().io.into_inner()).await,
            Err(error) => tracing::debug!(%error, "connection ended early"),
        }
        drop(self.permit);
    }
}

/// Says goodbye and reads what the client is still sending, a while: closing a socket with unread bytes resets it,
/// and the client would lose the answer (413 while it sends a body that is too large).
async fn take_leave(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let mut discarded = vec![0; 16 * 1024];
    let reading = async { while let Ok(1..) = stream.read(&mut discarded).await {} };
    // Whoever takes longer is cut off.
    drop(tokio::time::timeout(LINGER, reading).await);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use axum::Router;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::Notify;
    use tokio_util::sync::CancellationToken;
    use tokio_util::task::TaskTracker;

    use super::{Limits, serve};

    /// A server whose `POST /slow` answers when it is told to.
    async fn server() -> (TcpStream, Arc<Notify>, CancellationToken, TaskTracker) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let leave = Arc::new(Notify::new());
        let slow = {
            let leave = Arc::clone(&leave);
            move || async move {
                leave.notified().await;
                "done"
            }
        };
        let app = Router::new().route("/slow", post(slow)).route(
            "/refused",
            post(|| async { axum::http::StatusCode::PAYLOAD_TOO_LARGE }),
        );
        let limits = Limits {
            connections: 4,
            drain: Duration::from_secs(10),
        };
        let (draining, tracker) = (CancellationToken::new(), TaskTracker::new());
        tracker.spawn(serve(listener, app, limits, draining.clone()));
        tracker.close();
        let stream = TcpStream::connect(address).await.unwrap();
        (stream, leave, draining, tracker)
    }

    async fn read_to_end(mut stream: TcpStream) -> String {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn what_is_on_its_way_is_answered_while_draining() {
        let (mut stream, leave, draining, tracker) = server().await;
        stream
            .write_all(b"POST /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        draining.cancel();
        leave.notify_one();

        let answer = read_to_end(stream).await;

        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(
            answer.contains("connection: close") && answer.ends_with("done"),
            "{answer}"
        );
        tracker.wait().await;
    }

    #[tokio::test]
    async fn an_idle_connection_does_not_hold_up_the_end() {
        let (stream, _leave, draining, tracker) = server().await;
        draining.cancel();
        assert_eq!(read_to_end(stream).await, "");
        tracker.wait().await;
    }

    #[tokio::test]
    async fn an_answer_that_does_not_read_its_body_is_not_lost() {
        let (mut stream, _leave, draining, tracker) = server().await;
        let length = 1 << 20;
        let head = format!("POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; length]).await.unwrap();

        let answer = read_to_end(stream).await;

        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        draining.cancel();
        tracker.wait().await;
    }
}
