//! Lists by page: offset (`page`, `per_page`) and checkpoint (`from`, `take`), contract section 2.3.

/// How far offset pagination reaches: pages whose first record lies beyond it are refused.
pub const MAX_OFFSET_RECORDS: u64 = 1000;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageRequest {
    /// `page` counts from zero.
    Offset {
        /// Zero-based number of the page.
        page: u64,
        /// Items on a page, 0 to 100.
        per_page: u64,
        /// Whether the answer is an object that states the total.
        totals: bool,
    },
    /// What follows an item.
    Checkpoint {
        /// The last item already seen, by its key; from the beginning when absent.
        after: Option<String>,
        /// The most items to return.
        take: u64,
    },
}

impl PageRequest {
    /// Everything that offset pagination could reach, on one page.
    pub fn first(take: u64) -> Self {
        Self::Checkpoint { after: None, take }
    }

    /// The most items to return.
    pub fn limit(&self) -> u64 {
        match self {
            Self::Offset { per_page, .. } => *per_page,
            Self::Checkpoint { take, .. } => *take,
        }
    }

    /// Items to pass over before the first returned one.
    pub fn offset(&self) -> u64 {
        match self {
            Self::Offset { page, per_page, .. } => page * per_page,
            Self::Checkpoint { .. } => 0,
        }
    }

    /// Whether the total is wanted.
    pub fn totals(&self) -> bool {
        matches!(self, Self::Offset { totals: true, .. })
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// How many there are in all, where it was asked for.
    pub total: Option<u64>,
    /// The key of the last item, when more follow (checkpoint pagination only).
    pub next: Option<String>,
}

impl<T> Default for Page<T> {
    /// The last page, with nothing on it.
    fn default() -> Self {
        Self { items: Vec::new(), total: None, next: None }
    }
}

impl<T> Page<T> {
    /// The same page with each item turned into another form.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), total: self.total, next: self.next }
    }

    /// A page of a list that is held in memory whole, in the order of `key`.
    pub fn of(mut all: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> String) -> Self {
        let total = all.len() as u64;
        let limit = usize::try_from(request.limit()).unwrap_or(usize::MAX);
        if let PageRequest::Checkpoint { after: Some(after), .. } = request {
            all.retain(|item| key(item) > *after);
        }
        let skip = usize::try_from(request.offset()).unwrap_or(usize::MAX);
        let more = all.len() > limit;
        let items: Vec<T> = all.into_iter().skip(skip).take(limit).collect();
        let next = match request {
            PageRequest::Checkpoint { .. } if more => items.last().map(key),
            _ => None,
        };
        Self { items, total: request.totals().then_some(total), next }
    }
}
