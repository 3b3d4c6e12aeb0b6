//! What the machine allows, for `tests/load/run` to compare with: the CPU time of one raw signature by the library
//! that signs tokens, and an HTTP server whose handlers do nothing, or that one thing.
//!
//! ```text
//! limits sign RS256|ES256         prints the microseconds of CPU that one signature takes
//! limits serve 127.0.0.1:PORT     answers every request with an empty 200, on one worker; /RS256 and /ES256 after one
//!                                 raw signature
//! ```

use std::cell::RefCell;
use std::error::Error;
use std::future::{Ready, ready};
use std::io::Write;
use std::rc::Rc;
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256};

type Outcome<T> = Result<T, Box<dyn Error>>;

const USAGE: &str = "usage: limits sign RS256|ES256, or limits serve 127.0.0.1:PORT";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["sign", "RS256"] => print_cost_of(rs256()?),
        ["sign", "ES256"] => print_cost_of(es256()?),
        ["serve", address] => serve(address),
        _ => Err(USAGE.into()),
    }
}

/// As many bytes as the header and claims of an organization token have.
const SIGNED: [u8; 600] = [b'a'; 600];

fn rs256() -> Outcome<impl FnMut() -> Outcome<()>> {
    let key = RsaKeyPair::generate(KeySize::Rsa2048)?;
    let random = SystemRandom::new();
    let mut signature = vec![0; key.public_modulus_len()];
    Ok(move || Ok(key.sign(&RSA_PKCS1_SHA256, &random, &SIGNED, &mut signature)?))
}

fn es256() -> Outcome<impl FnMut() -> Outcome<()>> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let random = SystemRandom::new();
    Ok(move || key.sign(&random, &SIGNED).map(|_| ()).map_err(Into::into))
}

/// Signs for two seconds after a warm-up and prints the CPU time of one signature.
fn print_cost_of(mut sign: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    for _ in 0..200 {
        sign()?;
    }
    let (start, before, mut signatures) = (Instant::now(), cpu_time()?, 0_u32);
    while start.elapsed() < Duration::from_secs(2) {
        for _ in 0..50 {
            sign()?;
        }
        signatures += 50;
    }
    let each = (cpu_time()? - before).as_secs_f64() * 1e6 / f64::from(signatures);
    writeln!(std::io::stdout(), "{each:.2}")?;
    Ok(())
}

/// What this thread has used so far: the first number of its `schedstat`, in nanoseconds.
fn cpu_time() -> Outcome<Duration> {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = line.split_whitespace().next().ok_or("schedstat is empty")?;
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}

#[actix_web::main]
async fn serve(address: &str) -> Outcome<()> {
    let app = || {
        App::new()
            .route("/RS256", web::to(after(rs256().expect("a key"))))
            .route("/ES256", web::to(after(es256().expect("a key"))))
            .default_service(web::to(|| async { HttpResponse::Ok().finish() }))
    };
    HttpServer::new(app).workers(1).bind(address)?.run().await?;
    Ok(())
}

/// A handler that signs once and answers with nothing.
fn after(sign: impl FnMut() -> Outcome<()> + 'static) -> impl Fn() -> Ready<HttpResponse> + Clone + 'static {
    let sign = Rc::new(RefCell::new(sign));
    move || {
        ready(match sign.borrow_mut()() {
            Ok(()) => HttpResponse::Ok().finish(),
            Err(_) => HttpResponse::InternalServerError().finish(),
        })
    }
}
