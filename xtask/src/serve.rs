//! A static file server for this machine only: it serves one folder by GET and HEAD, with the right types and without
//! caching.

use crate::fault::{Fault, Outcome};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// A server that listens but does not answer yet.
pub(crate) struct Server {
    listener: TcpListener,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Listens on 127.0.0.1; port 0 takes any free one.
    pub(crate) fn bind(folder: PathBuf, port: u16) -> Outcome<Self> {
        let fault = |error: std::io::Error| {
            Fault::new(
                "serving the page",
                format!("port {port}: {error}"),
                "cargo xtask serve --port 0 takes any free port",
            )
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(fault)?;
        let port = listener.local_addr().map_err(fault)?.port();
        Ok(Self {
            listener,
            folder,
            port,
        })
    }

    pub(crate) fn address(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    /// Answers requests until the program is ended.
    pub(crate) fn run(self) -> Outcome<()> {
        for stream in self.listener.incoming() {
            let folder = self.folder.clone();
            // A broken connection is left to the browser.
            std::thread::spawn(move || stream.and_then(|stream| answer(stream, &folder)));
        }
        Ok(())
    }
}

/// Reads one request, answers it and closes the connection.
fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    // Enough for the request head of any browser, and a limit for other programs.
    let mut head = BufReader::new(stream.try_clone()?.take(64 * 1024)).lines();
    let first = head.next().transpose()?.unwrap_or_default();
    // The rest of the head is not needed, but closing a socket with unread bytes resets the connection.
    while head
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (status, kind, body) = match (method, file(folder, target)) {
        ("GET" | "HEAD", Some(path)) => match std::fs::read(&path) {
            Ok(body) => ("200 OK", kind(&path), body),
            Err(_) => ("404 Not Found", "text/plain", b"not found".to_vec()),
        },
        ("GET" | "HEAD", None) => ("404 Not Found", "text/plain", b"not found".to_vec()),
        _ => (
            "405 Method Not Allowed",
            "text/plain",
            b"GET or HEAD".to_vec(),
        ),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}

/// The file inside `folder` that a request's target names; `None` if it would be outside.
fn file(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = Path::new(path);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return None;
    }
    let file = folder.join(path);
    Some(if file.is_dir() {
        file.join("index.html")
    } else {
        file
    })
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|end| end.to_str()).unwrap_or("") {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" | "webmanifest" => "application/json",
        "jsonl" | "ndjson" => "application/x-ndjson",
        "csv" => "text/csv; charset=utf-8",
        "md" | "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_never_leads_out_of_the_folder() {
        let folder = Path::new("/page");
        assert_eq!(file(folder, "/a/b.js?x=1"), Some("/page/a/b.js".into()));
        assert_eq!(file(folder, "/"), Some("/page/".into()));
        for bad in ["/../secret", "/a/../../secret", "//etc/passwd", "a.js", ""] {
            assert_eq!(file(folder, bad), None, "{bad}");
        }
    }

    #[test]
    fn it_serves_a_page_with_its_type_and_says_no_to_the_rest() {
        let folder = std::env::temp_dir().join(format!("warmpath-serve-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        std::fs::write(folder.join("index.html"), "hello").expect("a temporary file");
        let server = Server::bind(folder.clone(), 0).expect("a free port");
        let port = server.port;
        std::thread::spawn(move || server.run());
        let ask = |request: &str| {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
            write!(stream, "{request} HTTP/1.1\r\nHost: x\r\n\r\n").expect("it reads");
            let mut text = String::new();
            stream.read_to_string(&mut text).expect("it answers");
            text
        };
        let page = ask("GET /");
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(
            page.contains("text/html") && page.ends_with("hello"),
            "{page}"
        );
        assert!(!ask("HEAD /").contains("hello"));
        assert!(ask("GET /none").starts_with("HTTP/1.1 404"));
        assert!(ask("POST /").starts_with("HTTP/1.1 405"));
        std::fs::remove_dir_all(&folder).expect("its own folder");
    }
}
