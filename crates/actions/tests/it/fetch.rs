//! Requests on behalf of scripts.

use std::time::Duration;

use guildhall_actions::fetch::{AllowedHosts, Client, PrivateNetworks, Request, Response};
use rstest::rstest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Starts a server that answers by path, and returns its address.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut part = [0; 4096];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    let read = stream.read(&mut part).await.unwrap();
                    request.extend_from_slice(&part[..read]);
                }
                let request = String::from_utf8(request).unwrap();
                let path = request.split(' ').nth(1).unwrap();
                let answer = match path {
                    "/loop" => {
                        "HTTP/1.1 302 Found\r\nlocation: /loop\r\ncontent-length: 0\r\n\r\n".to_owned()
                    }
                    "/away" => {
                        "HTTP/1.1 302 Found\r\nlocation: http://localhost:1/\r\ncontent-length: 0\r\n\r\n"
                            .to_owned()
                    }
                    "/see-other" => {
                        "HTTP/1.1 303 See Other\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n".to_owned()
                    }
                    "/large" => {
                        format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "x".repeat((1 << 20) + 1))
                    }
                    "/silent" => std::future::pending().await,
                    _ => format!(
                        "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: {}\r\n\r\n{request}",
                        request.len()
                    ),
                };
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    address
}

fn get(url: impl Into<String>) -> Request {
    Request { url: url.into(), method: "GET".to_owned(), headers: Vec::new(), body: None }
}

async fn fetch(networks: PrivateNetworks, host: &str, request: Request) -> Result<Response, String> {
    let client = Client::new(networks, Duration::from_secs(2));
    client.fetch(&AllowedHosts::parse([host]).unwrap(), request).await
}

#[tokio::test]
async fn an_allowed_host_answers() {
    let host = format!("http://{}", server().await);
    let mut request = get(format!("{host}/x"));
    request.method = "POST".to_owned();
    request.headers = vec![("x-key".to_owned(), "1".to_owned())];
    request.body = Some("hello".to_owned());
    let response = fetch(PrivateNetworks::Allowed, &host, request).await.unwrap();
    assert_eq!(response.status, 200);
    assert!(response.body.starts_with("POST /x HTTP/1.1\r\n") && response.body.contains("x-key: 1"));
    assert!(!response.headers.iter().any(|(name, _)| name == "set-cookie"));
}

#[tokio::test]
async fn a_redirect_after_a_post_is_followed_without_the_body() {
    let host = format!("http://{}", server().await);
    let mut request = get(format!("{host}/see-other"));
    request.method = "POST".to_owned();
    request.body = Some("hello".to_owned());
    let response = fetch(PrivateNetworks::Allowed, &host, request).await.unwrap();
    assert!(response.body.starts_with("GET /x HTTP/1.1\r\n") && !response.body.contains("content-length"));
    assert_eq!(response.url, format!("{host}/x"));
}

#[rstest]
#[case("/loop", "more than 5 redirects")]
#[case("/away", "http://localhost:1 is not among the hosts")]
#[case("/large", "more than 1048576 bytes")]
#[case("/silent", "no answer in time")]
#[tokio::test]
async fn an_answer_that_leads_away_or_on_and_on_is_refused(#[case] path: &str, #[case] message: &str) {
    let host = format!("http://{}", server().await);
    let error = fetch(PrivateNetworks::Allowed, &host, get(format!("{host}{path}"))).await.unwrap_err();
    assert!(error.contains(message), "{error}");
}

#[tokio::test]
async fn private_addresses_are_refused_by_number_and_by_name() {
    let address = server().await;
    let port = address.rsplit(':').next().unwrap();
    for host in [
        format!("http://{address}"),
        format!("http://[::1]:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://2130706433:{port}"),
        format!("http://localhost:{port}"),
    ] {
        let error = fetch(PrivateNetworks::Refused, &host, get(format!("{host}/x"))).await.unwrap_err();
        assert!(error.contains("public address"), "{host}: {error}");
    }
}

#[rstest]
#[case("file:///etc/passwd")]
#[case("http://api.example.com/")]
#[case("https://user:password@api.example.com/")]
#[case("https://other.example.com/")]
#[case("not a url")]
#[tokio::test]
async fn other_urls_are_refused(#[case] url: &str) {
    let error = fetch(PrivateNetworks::Refused, "api.example.com", get(url)).await.unwrap_err();
    assert!(error.starts_with("fetch: "), "{error}");
}

#[rstest]
#[case("host", "x")]
#[case("content-length", "7")]
#[case("a b", "x")]
#[case("a", "x\r\nb: c")]
#[tokio::test]
async fn headers_that_change_how_the_request_is_sent_are_refused(#[case] name: &str, #[case] value: &str) {
    let mut request = get("https://api.example.com/");
    request.headers = vec![(name.to_owned(), value.to_owned())];
    assert!(fetch(PrivateNetworks::Refused, "api.example.com", request).await.is_err());
}
