//! Connections: accepted up to a limit, served as HTTP/1.1, drained on request.
//!
//! Written over hyper and not `axum::serve`, which bounds neither the number of connections nor the time that a
//! client may take for the head of a request.

use std::convert::Infallible;
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
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
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
            async move {
                let mut response = app.oneshot(request).await?;
                if draining.is_cancelled() {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                Ok::<_, Infallible>(response)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let served = tokio::select! {
            served = connection.as_mut() => served,
            () = self.closing.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, "connection ended early");
        }
        drop(self.permit);
    }
}
