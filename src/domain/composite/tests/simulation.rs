//! Crashes at every point between two writes, over the real states: afterwards everything stands, or nothing does.
//!
//! A driver writes and then forgets everything it knew; another one goes on from what is recorded, at once, after the deadline,
//! or hours later. Random runs add a slow driver whose writes come again, late and in any order, steps that time out and arrive
//! afterwards, and undos that fail.

use super::run::{Crash, Dice, HOURS, LATE, Path, Run, SOON, Scene, segments};

/// Random runs.
const RUNS: u64 = 10_000;

fn scenes(count: u32) -> Vec<Scene> {
    [Scene::Free, Scene::Asking]
        .into_iter()
        .chain((0..count).map(Scene::Taken))
        .chain((0..count).map(Scene::TakenLater))
        .collect()
}

/// Answers whether every crash took place.
fn run(count: u32, path: Path, scene: Scene, crashes: &[Crash]) -> bool {
    let what = format!("{count} segments, {path:?}, {scene:?}, {crashes:?}");
    let mut run = Run::new(scene, crashes);
    run.drive_to_the_end(count, path);
    let happened = crashes.iter().all(|crash| crash.after <= run.writes);
    run.check(&what);
    happened
}

#[test]
fn without_a_crash_it_stands_or_is_rolled_back() {
    for count in 1..=5 {
        for path in [Path::Linked, Path::Stepwise] {
            for scene in scenes(count) {
                let mut run = Run::new(scene, &[]);
                run.drive_to_the_end(count, path);
                let stands = run.world.standing_of(0) == usize::try_from(count).unwrap();
                assert_eq!(stands, matches!(scene, Scene::Free | Scene::Asking));
                run.check("no crash");
            }
        }
    }
}

#[test]
fn what_is_undone_step_by_step_is_undone_the_newest_first() {
    let mut run = Run::new(Scene::TakenLater(2), &[]);
    run.drive_to_the_end(4, Path::Stepwise);
    let holds: Vec<_> = segments(4).iter().rev().map(|one| one.hold).collect();
    assert_eq!(run.world.undone, holds);
}

#[test]
fn a_crash_after_any_write_leaves_all_or_none() {
    for count in 1..=5 {
        for path in [Path::Linked, Path::Stepwise] {
            for scene in scenes(count) {
                for pause in [SOON, LATE, HOURS] {
                    for after in 1.. {
                        if !run(count, path, scene, &[Crash { after, pause }]) {
                            break;
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn two_crashes_after_any_writes_leave_all_or_none() {
    for path in [Path::Linked, Path::Stepwise] {
        for scene in scenes(3) {
            for pause in [SOON, LATE] {
                for first in 1.. {
                    let first = Crash {
                        after: first,
                        pause,
                    };
                    if !run(3, path, scene, &[first]) {
                        break;
                    }
                    for second in first.after + 1.. {
                        let second = Crash {
                            after: second,
                            pause: SOON,
                        };
                        if !run(3, path, scene, &[first, second]) {
                            break;
                        }
                    }
                }
            }
        }
    }
}

/// Three crashes anywhere, with a slow driver besides.
#[test]
fn crashes_and_a_slow_driver_leave_all_or_none() {
    let mut settled = [0_u32; 2];
    for seed in 0..RUNS {
        let mut dice = Dice::new(seed);
        let count = 1 + dice.roll(5);
        let scene = *dice.pick(&scenes(count));
        let path = *dice.pick(&[Path::Linked, Path::Stepwise]);
        let crashes: Vec<Crash> = (0..3)
            .map(|_| Crash {
                after: 1 + dice.roll(23),
                pause: *dice.pick(&[SOON, LATE, HOURS]),
            })
            .collect();
        let mut run = Run::new(scene, &crashes);
        run.chaos = Some(dice);
        run.drive_to_the_end(count, path);
        run.check(&format!(
            "seed {seed}: {count}, {path:?}, {scene:?}, {crashes:?}"
        ));
        settled[usize::from(run.world.standing.is_empty())] += 1;
    }
    assert!(
        settled.iter().all(|count| RUNS / 20 < u64::from(*count)),
        "{settled:?}"
    );
}

#[test]
fn the_simulation_finds_a_provider_that_forgets_what_it_undid() {
    let found = (0..1_000).any(|seed| {
        let outcome = std::panic::catch_unwind(|| {
            let mut run = Run::new(Scene::Free, &[]);
            run.world.forgets_bars = true;
            run.chaos = Some(Dice::new(seed));
            run.drive_to_the_end(2, Path::Stepwise);
            run.check("a faulty provider");
        });
        outcome.is_err()
    });
    assert!(found);
}
