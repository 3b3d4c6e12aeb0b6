//! A name server that knows TXT records alone.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::TXT;
use hickory_proto::rr::{RData, Record};
use tokio::net::UdpSocket;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::runtime::{concurrently, here};

/// A name server on a free port, gone when this is dropped.
pub struct NameServer {
    pub address: SocketAddr,
    /// Texts by name; each in the parts that it is sent in.
    records: Arc<Mutex<HashMap<String, Vec<Vec<String>>>>>,
    /// An answer goes out for each permit.
    answers: Arc<Semaphore>,
    asked: Arc<Semaphore>,
    serving: JoinHandle<()>,
}

impl NameServer {
    pub async fn start() -> Self {
        let socket = here(async { UdpSocket::bind("127.0.0.1:0").await.unwrap() }).await;
        let address = socket.local_addr().unwrap();
        let records: Arc<Mutex<HashMap<String, Vec<Vec<String>>>>> = Arc::default();
        let answers = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let asked = Arc::new(Semaphore::new(0));
        let (known, permits, noted) = (records.clone(), answers.clone(), asked.clone());
        let serving = concurrently(async move {
            let mut buffer = [0; 4096];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                noted.add_permits(1);
                permits.acquire().await.unwrap().forget();
                let answer = answer(&Message::from_vec(&buffer[..length]).unwrap(), &known.lock().unwrap());
                socket.send_to(&answer.to_vec().unwrap(), from).await.unwrap();
            }
        });
        Self { address, records, answers, asked, serving }
    }

    /// Adds a text to those at a name.
    pub fn put(&self, name: &str, text: &str) {
        self.put_parts(name, &[text]);
    }

    pub fn put_parts(&self, name: &str, parts: &[&str]) {
        let parts = parts.iter().map(|&part| part.to_owned()).collect();
        self.records.lock().unwrap().entry(name.to_lowercase()).or_default().push(parts);
    }

    /// Holds answers back.
    pub fn hold(&self) {
        self.answers.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets the answers go that were held back, and all to come.
    pub fn release(&self) {
        self.answers.add_permits(1_000_000);
    }

    /// Waits until someone asks.
    pub async fn asked(&self) {
        self.asked.acquire().await.unwrap().forget();
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn answer(question: &Message, records: &HashMap<String, Vec<Vec<String>>>) -> Message {
    let query = question.queries[0].clone();
    let name = query.name().to_ascii().to_lowercase();
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.recursion_available = true;
    match records.get(name.trim_end_matches('.')) {
        None => answer.metadata.response_code = ResponseCode::NXDomain,
        Some(texts) => {
            let record = |parts: &Vec<String>| {
                Record::from_rdata(query.name().clone(), 60, RData::TXT(TXT::new(parts.clone())))
            };
            answer.add_answers(texts.iter().map(record));
        }
    }
    answer.add_query(query);
    answer
}
