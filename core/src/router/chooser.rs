//! A policy in use: the policy, what it asked for, the replicas that it may choose, and the board on which it lays them out.

use super::board::{Board, Choice};
use super::explain::Decision;
use super::policy::Policy;
use super::setup::Reads;
use super::view::{FleetKnowledge, View};
use super::{Ask, Reply};
use crate::rng::Rng;
use crate::units::ReplicaId;

/// A policy in use. See the [module](self).
#[derive(Clone)]
pub struct Chooser {
    policy: Box<dyn Policy>,
    reads: Reads,
    /// The replicas that have joined and not left, in order.
    members: Vec<ReplicaId>,
    /// The members that may be chosen, in order: all but those that are [out](FleetKnowledge::out).
    candidates: Vec<ReplicaId>,
    board: Board,
}

impl Chooser {
    /// A policy that may choose among this many replicas. Ties, and whatever else the policy draws, come from `draws`.
    pub(super) fn new(policy: Box<dyn Policy>, reads: Reads, replicas: u32, draws: Rng) -> Self {
        let mut chooser = Self {
            policy,
            reads,
            members: Vec::new(),
            candidates: Vec::new(),
            board: Board::new(draws),
        };
        let all: Vec<ReplicaId> = (0..replicas).map(ReplicaId).collect();
        chooser.joined(&all);
        chooser
    }

    /// What the policy reads.
    pub fn reads(&self) -> Reads {
        self.reads
    }

    /// Draws from this stream from now on.
    pub fn draw_from(&mut self, draws: Rng) {
        self.board.draw_from(draws);
    }

    /// Adds replicas that take requests from now on; those that are members already stay so.
    pub fn joined(&mut self, replicas: &[ReplicaId]) {
        let mut new = Vec::new();
        for &replica in replicas {
            if let Err(at) = self.members.binary_search(&replica) {
                self.members.insert(at, replica);
                new.push(replica);
            }
        }
        if !new.is_empty() {
            self.candidates.clone_from(&self.members);
            self.policy.joined(&new);
        }
    }

    /// The replicas that have joined and not left, in order.
    pub fn members(&self) -> &[ReplicaId] {
        &self.members
    }

    fn is_member(&self, replica: ReplicaId) -> bool {
        // Mostly none has left, and each stands where its number says.
        self.members.get(replica.index()) == Some(&replica)
            || self.members.binary_search(&replica).is_ok()
    }

    /// Removes a replica that is gone with all it held: it takes no requests any more.
    pub fn left(&mut self, replica: ReplicaId) {
        if let Ok(at) = self.members.binary_search(&replica) {
            self.members.remove(at);
            self.candidates.clone_from(&self.members);
            self.policy.left(replica);
        }
    }

    /// Chooses a replica, which may use up a draw or a turn. That the request goes there is told separately, with [`Self::sent`].
    pub fn choose(&mut self, ask: &Ask<'_>, known: &FleetKnowledge<'_>) -> Choice {
        self.look(known);
        let view = View::new(ask, known, (&self.members, &self.candidates));
        lay_out(&mut self.policy, &view, &mut self.board, false);
        self.board.choose(&view)
    }

    /// Updates the candidates: a replica that is out is not chosen, but the policy remembers it.
    fn look(&mut self, known: &FleetKnowledge<'_>) {
        if let Some(out) = known.out {
            let is_out = |it: ReplicaId| out.get(it.index()).copied().unwrap_or(false);
            self.candidates.clear();
            let members = self.members.iter().copied();
            self.candidates.extend(members.filter(|&it| !is_out(it)));
        } else if self.candidates.len() != self.members.len() {
            self.candidates.clone_from(&self.members);
        }
    }

    /// The choice that it would make, explained; nothing changes.
    pub fn explain(&self, ask: &Ask<'_>, known: &FleetKnowledge<'_>) -> Decision {
        let mut copy = self.clone();
        copy.look(known);
        let view = View::new(ask, known, (&copy.members, &copy.candidates));
        let (policy, board) = (&mut copy.policy, &mut copy.board);
        lay_out(policy, &view, board, true);
        let choice = board.choose(&view);
        board.decision(&view, known.overlaps, choice.replica)
    }

    /// Tells the policy that the request goes to `replica`, whether it chose that one or not; does nothing if the replica is no member.
    pub fn sent(&mut self, ask: &Ask<'_>, known: &FleetKnowledge<'_>, replica: ReplicaId) {
        if self.is_member(replica) {
            let view = View::new(ask, known, (&self.members, &self.candidates));
            self.policy.sent(&view, replica);
        }
    }

    /// Tells the policy that a request's first token came back; does nothing if the replica has left.
    pub fn first_token(&mut self, reply: &Reply<'_>) {
        if self.is_member(reply.replica) {
            self.policy.first_token(reply);
        }
    }

    /// Tells the policy that a request's last token came back; does nothing if the replica has left.
    pub fn finished(&mut self, reply: &Reply<'_>) {
        if self.is_member(reply.replica) {
            self.policy.finished(reply);
        }
    }
}

/// Has the policy lay out the candidates on the board. Without any candidate the policy is not asked, so it may count on one.
fn lay_out(policy: &mut Box<dyn Policy>, view: &View<'_>, board: &mut Board, explains: bool) {
    board.begin(view, explains);
    if view.count() > 0 {
        policy.score(view, board);
    }
}
