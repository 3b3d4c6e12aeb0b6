//! Pages of the portal that are put together from the same few things: facts, rows, forms.

use askama::Template;

use super::{Shell, Words};
use crate::pages::{Page, Policy, assets};

/// Something that is said: in the language of the page, or as people typed it.
#[derive(Clone, Debug)]
pub enum Say {
    /// A text of the catalogue.
    Words(Words),
    /// What people typed.
    Text(String),
    /// The name of a permission, or another sign for programs.
    Code(String),
}

impl From<Words> for Say {
    fn from(words: Words) -> Self {
        Self::Words(words)
    }
}

impl From<String> for Say {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A button of a form.
#[derive(Clone, Debug)]
pub struct Button {
    /// What it posts as `act`.
    pub act: &'static str,
    /// What it says.
    pub text: Words,
    /// How much it stands out: `primary`, `secondary` or `danger`.
    pub look: &'static str,
}

impl Button {
    /// The button that a form is there for.
    pub fn primary(act: &'static str, key: &'static str) -> Self {
        Self { act, text: Words::new(key), look: "primary" }
    }

    /// Another.
    pub fn secondary(act: &'static str, key: &'static str) -> Self {
        Self { act, text: Words::new(key), look: "secondary" }
    }

    /// One that takes something away.
    pub fn danger(act: &'static str, key: &'static str) -> Self {
        Self { act, text: Words::new(key), look: "danger" }
    }
}

/// Something to be ticked.
#[derive(Clone, Debug)]
pub struct Tick {
    /// What is posted.
    pub value: String,
    /// What it is.
    pub label: Say,
    /// More about it.
    pub small: Option<Say>,
    /// Whether it is ticked already.
    pub is_ticked: bool,
}

/// What a field of a form takes.
#[derive(Clone, Debug)]
pub enum Entry {
    /// One line of text, of a kind that the browser knows, at most so long.
    Line(&'static str, usize),
    /// Several lines.
    Lines,
    /// One of these: value and name.
    Choice(Vec<(String, Say)>),
    /// Any of these, under headings.
    Ticks(Vec<(Say, Vec<Tick>)>),
    /// Nothing that is seen.
    Hidden,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it is posted as.
    pub name: &'static str,
    /// What it is.
    pub label: Words,
    /// What is to be known of it.
    pub help: Option<Words>,
    /// What is in it already.
    pub value: String,
    /// What it takes.
    pub entry: Entry,
    /// Whether it must be filled in.
    pub is_required: bool,
}

impl Field {
    /// A line of text.
    pub fn line(name: &'static str, key: &'static str, value: impl Into<String>) -> Self {
        Self::of(name, key, value, Entry::Line("text", 255))
    }

    /// A field.
    pub fn of(name: &'static str, key: &'static str, value: impl Into<String>, entry: Entry) -> Self {
        Self { name, label: Words::new(key), help: None, value: value.into(), entry, is_required: false }
    }

    /// Something that is posted and not seen.
    pub fn hidden(name: &'static str, value: impl Into<String>) -> Self {
        Self::of(name, "portal-elsewhere", value, Entry::Hidden)
    }

    /// The same with something to be known of it.
    #[must_use]
    pub fn help(self, key: &'static str) -> Self {
        Self { help: Some(Words::new(key)), ..self }
    }

    /// The same, which must be filled in.
    #[must_use]
    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    fn kind(&self) -> &'static str {
        if let Entry::Line(kind, _) = self.entry { kind } else { "text" }
    }

    fn most(&self) -> usize {
        if let Entry::Line(_, most) = self.entry { most } else { 0 }
    }
}

/// A form.
#[derive(Clone, Debug)]
pub struct FormBlock {
    /// Where it goes: posted, or asked for where it only searches.
    pub action: String,
    /// Whether it only searches.
    pub is_search: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Its buttons.
    pub buttons: Vec<Button>,
    /// Where to go instead.
    pub cancel: Option<String>,
}

impl FormBlock {
    /// A form that is posted.
    pub fn post(action: impl Into<String>, fields: Vec<Field>, buttons: Vec<Button>) -> Block {
        Block::Form(Self { action: action.into(), is_search: false, fields, buttons, cancel: None })
    }

    /// A form that asks once more before something is done that cannot be undone.
    pub fn sure(action: impl Into<String>, button: Button) -> Block {
        let action = action.into();
        let cancel = Some(action.clone());
        Block::Form(Self { action, is_search: false, fields: Vec::new(), buttons: vec![button], cancel })
    }

    /// A form that searches.
    pub fn search(action: impl Into<String>, fields: Vec<Field>) -> Block {
        Block::Form(Self {
            action: action.into(),
            is_search: true,
            fields,
            buttons: Vec::new(),
            cancel: None,
        })
    }
}

/// A row of a list.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// What it is.
    pub name: Option<Say>,
    /// The address of its own page.
    pub href: Option<String>,
    /// More about it.
    pub small: Vec<Say>,
    /// What stands out about it, and whether that is bad.
    pub tags: Vec<(Say, bool)>,
    /// What can be done about it: where that is posted, which field names it, and how.
    pub actions: Vec<(String, &'static str, String, Button)>,
}

impl Item {
    /// A row that says what it is.
    pub fn new(name: impl Into<Say>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The same with more about it.
    #[must_use]
    pub fn small(mut self, more: impl Into<Say>) -> Self {
        self.small.push(more.into());
        self
    }

    /// The same with something that stands out.
    #[must_use]
    pub fn tag(mut self, key: &'static str, is_bad: bool) -> Self {
        self.tags.push((Words::new(key).into(), is_bad));
        self
    }

    /// The same with a page of its own.
    #[must_use]
    pub fn at(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }

    /// The same with something that can be done about it.
    #[must_use]
    pub fn act(
        mut self,
        to: impl Into<String>,
        field: &'static str,
        value: impl Into<String>,
        button: Button,
    ) -> Self {
        self.actions.push((to.into(), field, value.into(), button));
        self
    }
}

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading.
    Title(Words),
    /// A sentence.
    Text(Words),
    /// A sentence that stands out.
    Note(Words),
    /// What is so.
    Facts(Vec<(Words, Say)>),
    /// A list.
    Rows(Vec<Item>),
    /// A form.
    Form(FormBlock),
    /// A link to the page on which something is made.
    Begin(String, Words),
    /// Links beside each other.
    Links(Vec<(String, Words)>),
    /// Something that is shown this once.
    Secret(Words, String),
    /// Text for programs.
    Code(String),
}

/// A page of the portal.
#[derive(Debug, Template)]
#[template(path = "portal/sheet.html")]
pub struct Sheet {
    /// What surrounds it.
    pub shell: Shell,
    /// What it is about.
    pub title: Say,
    /// Its parts.
    pub blocks: Vec<Block>,
}

impl Sheet {
    fn heading(&self) -> String {
        self.said(&self.title)
    }

    fn said(&self, say: &Say) -> String {
        match say {
            Say::Words(words) => self.shell.say(words),
            Say::Text(text) | Say::Code(text) => text.clone(),
        }
    }
}

impl Page for Sheet {
    fn policy(&self) -> Policy {
        self.shell.policy()
    }
}
