use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn attempt(request: u32, number: u32) -> Attempt {
    Attempt { request, number }
}

fn at(time: u64, message: Message) -> Later {
    (VirtualTime(time), message)
}

#[test]
fn equal_times_are_first_in_first_out_and_the_schedule_goes_before() {
    let mut queue = Queue::new(1);
    queue.push(at(5, Message::Due(1)));
    queue.push(at(5, Message::Due(2)));
    queue.push(at(3, Message::Due(3)));
    queue.push_start(at(5, Message::Start(4)));
    assert_eq!(queue.next_later(), Some(Message::Due(3)));
    assert_eq!(queue.next_later(), Some(Message::Start(4)));
    assert_eq!(queue.next_later(), Some(Message::Due(1)));
    // What is queued for now stands behind what was queued for it before, and before what is later.
    queue.push(at(5, Message::Due(5)));
    queue.push(at(6, Message::Due(6)));
    queue.push(at(5, Message::Due(7)));
    let order: Vec<Message> = std::iter::from_fn(|| queue.next_later()).collect();
    assert_eq!(order, [2, 5, 7, 6].map(Message::Due));
    assert_eq!((queue.now(), queue.handled()), (VirtualTime(6), 7));
    // The next of the schedule goes before all of them.
    queue.push(at(6, Message::Due(8)));
    queue.push_start(at(6, Message::Start(9)));
    assert_eq!(queue.next_later(), Some(Message::Start(9)));
    queue.push(at(6, Message::Due(10)));
    queue.push_start(at(7, Message::Start(11)));
    let order: Vec<Message> = std::iter::from_fn(|| queue.next_later()).collect();
    assert_eq!(
        order,
        [Message::Due(8), Message::Due(10), Message::Start(11)]
    );
}

#[test]
fn the_clock_stops_at_its_end() {
    let mut queue = Queue::new(1);
    queue.push(at(VirtualTime::END.0 + 1, Message::Due(1)));
    queue.push(at(VirtualTime::END.0, Message::Due(2)));
    assert_eq!(queue.next_later(), Some(Message::Due(2)));
    assert!(!queue.went_beyond());
    assert_eq!(queue.next_later(), None);
    assert!(queue.went_beyond());
    assert_eq!((queue.now(), queue.handled()), (VirtualTime::END, 1));
}

#[test]
fn what_belongs_to_an_attempt_or_a_life_that_is_over_is_dropped() {
    let mut queue = Queue::new(2);
    let wake = |replica, number| Message::Wake(Life { replica, number });
    queue.push(at(1, Message::Left(attempt(7, 0))));
    queue.push(at(2, Message::Left(attempt(7, 1))));
    queue.push(at(3, wake(1, 0)));
    queue.push(at(4, wake(1, 1)));
    queue.push(at(5, wake(2, 0)));
    queue.begin(attempt(7, 1));
    queue.lives[1] = 1;
    queue.all_in_first_life = false;
    let order: Vec<Message> = std::iter::from_fn(|| queue.next_later()).collect();
    assert_eq!(order, [Message::Left(attempt(7, 1)), wake(1, 1)]);
    assert!(!queue.is_current(&Message::Route(attempt(7, 0))));
}

/// The queue as a list, sorted anew before each message is taken.
struct Sorted {
    now: VirtualTime,
    /// Time, place among those for one time, and number.
    waiting: Vec<(u64, u8, usize, Message)>,
    count: usize,
    attempts: [u32; 3],
    lives: [u16; 3],
}

/// Behind what goes by rank, the schedule; then what was queued before; then what was queued for now.
const SCHEDULE: u8 = ORDINARY;
const BEFORE: u8 = ORDINARY + 1;
const TODAY: u8 = ORDINARY + 2;

impl Sorted {
    fn push(&mut self, (at, message): Later, place: u8) {
        let place = match place {
            BEFORE if at == self.now => TODAY,
            place => place,
        };
        self.count += 1;
        self.waiting.push((at.0, place, self.count, message));
    }

    fn next(&mut self) -> Option<Message> {
        loop {
            self.waiting
                .sort_by_key(|&(at, place, count, _)| (at, place, count));
            if self.waiting.is_empty() {
                return None;
            }
            let (at, _, _, message) = self.waiting.remove(0);
            let attempt = message.attempt();
            let dead = attempt.is_some_and(|it| self.attempts[it.request as usize] != it.number);
            let life = message.life();
            let gone = life.is_some_and(|it| self.lives[usize::from(it.replica)] != it.number);
            if !dead && !gone {
                self.now = VirtualTime(at);
                return Some(message);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is queued, taken and cancelled, it is what a sorted list gives.
    #[test]
    fn it_is_a_sorted_list(steps in vec((0u8..9, 0u64..4, 0u32..3, 0u16..3), 1..120)) {
        let mut queue = Queue::new(3);
        let mut list = Sorted {
            now: VirtualTime::ZERO,
            waiting: Vec::new(),
            count: 0,
            attempts: [0; 3],
            lives: [0; 3],
        };
        for (n, (what, wait, request, number)) in (100u32..).zip(steps) {
            let at = list.now + VirtualTime(wait);
            // No message can be sent for an attempt or a life that has not begun.
            let ago = number / 2;
            let begun = list.attempts[request as usize].saturating_sub(ago.into());
            let lives = list.lives[request as usize].saturating_sub(ago);
            let life = Life { replica: request as u16, number: lives };
            match what {
                0 => {
                    queue.push((at, Message::Due(n)));
                    list.push((at, Message::Due(n)), BEFORE);
                }
                1 => {
                    let left = Message::Left(attempt(request, begun));
                    queue.push((at, left));
                    list.push((at, left), BEFORE);
                }
                2 => {
                    queue.push((at, Message::Wake(life)));
                    list.push((at, Message::Wake(life)), BEFORE);
                }
                3 | 4 => {
                    let change = n;
                    let ranked = match number {
                        0 => Message::Begin(life),
                        1 => Message::Probed { replica: 0, change },
                        _ => Message::Known { replica: 1, up: true, change },
                    };
                    queue.push_ranked((at, ranked));
                    list.push((at, ranked), ranked.rank());
                }
                5 => {
                    // There is one at a time.
                    if !list.waiting.iter().any(|&(_, place, ..)| place == SCHEDULE) {
                        queue.push_start((at, Message::Start(n)));
                        list.push((at, Message::Start(n)), SCHEDULE);
                    }
                }
                6 => {
                    let next = &mut list.attempts[request as usize];
                    *next += 1;
                    queue.begin(attempt(request, *next));
                }
                7 => {
                    let next = &mut list.lives[request as usize];
                    *next += 1;
                    queue.live(Life { replica: request as u16, number: *next });
                }
                _ => {
                    prop_assert_eq!(queue.next_later(), list.next());
                    prop_assert_eq!(queue.now(), list.now);
                }
            }
        }
        loop {
            let next = list.next();
            prop_assert_eq!(queue.next_later(), next);
            if next.is_none() {
                break;
            }
            prop_assert_eq!(queue.now(), list.now);
        }
    }
}
