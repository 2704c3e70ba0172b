use super::*;
use proptest::prelude::*;

fn waiting(request: u32) -> Waiting {
    Waiting {
        request,
        tenant: 0,
        priority: 0,
        deadline: VirtualTime::NEVER,
        prompt_tokens: 100,
        uncached_tokens: 100,
    }
}

fn order_of(order: Order, all: &[Waiting]) -> Vec<u32> {
    let mut line = Line::new(order, &[1.0, 1.0, 1.0]);
    all.iter().for_each(|&it| line.join(it));
    std::iter::from_fn(|| line.serve().map(|it| it.request)).collect()
}

/// By hand: four requests, A first.
#[test]
fn each_order_serves_as_its_rule_says() {
    let with = |request, priority, deadline, uncached_tokens| Waiting {
        priority,
        deadline: VirtualTime(deadline),
        uncached_tokens,
        ..waiting(request)
    };
    let all = [
        with(0, 5, 900, 300),
        with(1, -1, u64::MAX, 0),
        with(2, 5, 100, 40),
        with(3, 0, 900, 1),
    ];
    assert_eq!(order_of(Order::Fcfs, &all), [0, 1, 2, 3]);
    assert_eq!(order_of(Order::Lcfs, &all), [3, 2, 1, 0]);
    // 0 uncached counts as 1, as Dynamo's max(1, …) has it, so 1 is before 3.
    assert_eq!(order_of(Order::Wspt, &all), [1, 3, 2, 0]);
    assert_eq!(order_of(Order::Edf, &all), [2, 0, 3, 1]);
    assert_eq!(order_of(Order::Priority, &all), [1, 3, 0, 2]);
}

/// Weights 1, A with 100 in and 50 out has had 200; B, that was idle, begins at the least of those that wait.
#[test]
fn a_tenant_that_was_away_gets_no_credit() {
    let mut line = Line::new(Order::Vtc, &[1.0, 1.0]);
    let of = |request, tenant| Waiting {
        tenant,
        ..waiting(request)
    };
    line.join(of(0, 0));
    assert_eq!(line.serve().map(|it| it.request), Some(0));
    line.vtc().unwrap().has_generated(0, 0, 20);
    line.vtc().unwrap().has_generated(0, 0, 50);
    assert_eq!(line.vtc().unwrap().counters(), [200.0, 0.0]);
    line.join(of(1, 0));
    line.join(of(2, 0));
    line.join(of(3, 1));
    assert_eq!(line.vtc().unwrap().counters(), [200.0, 200.0]);
    // Of equals the first tenant; then B, as A has 300.
    let next = |line: &mut Line| line.serve().map(|it| it.request);
    assert_eq!(next(&mut line), Some(1));
    assert_eq!(next(&mut line), Some(3));
    assert_eq!(line.vtc().unwrap().counters(), [300.0, 300.0]);
    assert_eq!(next(&mut line), Some(2));
    assert_eq!(next(&mut line), None);
}

/// A tenant of twice the weight gets twice the tokens: by hand, 100 tokens each, counters after each serving.
#[test]
fn a_weight_is_a_share_of_the_service() {
    let mut line = Line::new(Order::Vtc, &[1.0, 2.0]);
    for request in 0..12 {
        let tenant = u16::from(request >= 6);
        line.join(Waiting {
            tenant,
            ..waiting(request)
        });
    }
    let served: Vec<u16> = (0..9)
        .filter_map(|_| line.serve().map(|it| it.tenant))
        .collect();
    // (0, 0) A (100, 0) B (100, 50) B (100, 100) A (200, 100) B (200, 150) B (200, 200) A …
    assert_eq!(served, [0, 1, 1, 0, 1, 1, 0, 1, 1]);
}

/// The rules again, as plain as can be: a list, searched from the front each time.
struct Naive {
    order: Order,
    list: Vec<Waiting>,
    counters: [f64; 3],
}

impl Naive {
    fn join(&mut self, it: Waiting) {
        let tenant = usize::from(it.tenant);
        if !self.list.iter().any(|other| other.tenant == it.tenant) {
            let least = self
                .list
                .iter()
                .map(|other| self.counters[usize::from(other.tenant)]);
            if let Some(least) = least.reduce(f64::min) {
                self.counters[tenant] = self.counters[tenant].max(least);
            }
        }
        self.list.push(it);
    }

    fn next(&mut self) -> Option<u32> {
        let before = |a: &Waiting, b: &Waiting| match self.order {
            Order::Fcfs => false,
            Order::Lcfs => true,
            Order::Wspt => a.uncached_tokens.max(1) < b.uncached_tokens.max(1),
            Order::Edf => a.deadline < b.deadline,
            Order::Priority => a.priority < b.priority,
            Order::Vtc => {
                let had = |it: &Waiting| (self.counters[usize::from(it.tenant)], it.tenant);
                had(a) < had(b)
            }
        };
        let mut best = 0;
        for at in 1..self.list.len() {
            if before(&self.list[at], &self.list[best]) {
                best = at;
            }
        }
        if self.list.is_empty() {
            return None;
        }
        let it = self.list.remove(best);
        self.counters[usize::from(it.tenant)] += f64::from(it.prompt_tokens);
        Some(it.request)
    }
}

proptest! {
    #[test]
    fn every_order_serves_as_its_naive_twin(
        which in 0usize..6,
        steps in prop::collection::vec((0u8..6, 0u16..3, -2i32..3, 0u64..4, 0u32..4, 1u32..9), 0..80),
    ) {
        let order = ORDERS[which].1;
        let mut line = Line::new(order, &[1.0; 3]);
        let mut naive = Naive { order, list: Vec::new(), counters: [0.0; 3] };
        for (request, (step, tenant, priority, deadline, uncached_tokens, prompt_tokens)) in (0u32..).zip(steps) {
            match step {
                0..=2 => {
                    let deadline = VirtualTime(deadline);
                    let it = Waiting { request, tenant, priority, deadline, prompt_tokens, uncached_tokens };
                    line.join(it);
                    naive.join(it);
                }
                3 => {
                    let gone = naive.list.iter().position(|it| it.request + 2 >= request);
                    let gone = gone.map(|at| naive.list.remove(at).request);
                    if let Some(gone) = gone {
                        prop_assert!(line.leave(gone));
                        prop_assert!(!line.leave(gone));
                    }
                }
                _ => prop_assert_eq!(line.serve().map(|it| it.request), naive.next()),
            }
            prop_assert_eq!(line.len(), naive.list.len());
        }
    }
}
