story: 点位查完才能进入值守，零报告和突发情况都记 The watch begins when every place is checked; zero reports and incidents are both told
given:
  - {as: grid_desk, on: 2023-09-18, open: event_guard, is: fair, with: {name: 武术节安保（模拟）, level: district, starts: 2023-09-22, ends: 2023-09-24}}
  - {as: grid_desk, on: 2023-09-18, move: sweep, of: fair, with: {team: [grid_center, police_office]}}
  - {as: police, on: 2023-09-19, open: guard_check, is: gate, with: {task: "@fair", spot_name: 景区东门, kind: crowd, site: 小南河村}}
when:
  - {as: grid_desk, on: 2023-09-19, move: watch, of: fair, refused: 还有点位未查完}
  - {as: police, on: 2023-09-19, move: pass, of: gate, with: {items: [{item: 疏散通道, sound: true}, {item: 配电箱, sound: false}]}, refused: 不正常}
  - {as: police, on: 2023-09-19, move: fault, of: gate, with: {items: [{item: 疏散通道, sound: true}, {item: 配电箱, sound: false}]}}
  - {as: inspector, on: 2023-09-20, move: mend, of: gate, with: {items: [{item: 疏散通道, sound: true}, {item: 配电箱, sound: true}]}}
  - {as: grid_desk, on: 2023-09-21, move: watch, of: fair}
  - {as: village, place: 小南河村, on: 2023-09-22, open: guard_day, with: {task: "@fair", site: 小南河村, day: 2023-09-22, posts: 6, incidents: 0}}
  - {as: police, on: 2023-09-23, open: guard_day, with: {task: "@fair", site: 小南河村, day: 2023-09-23, posts: 8, incidents: 1}, refused: 有情况须说明}
  - {as: police, on: 2023-09-23, open: guard_day, with: {task: "@fair", site: 小南河村, day: 2023-09-23, posts: 8, incidents: 1, account: 儿童走失，已找回}}
  - {as: grid_desk, on: 2023-10-09, move: sum_up, of: fair, with: {summary: 平稳有序}}
then:
  - {of: fair, field: zero_days, is: 1}
  - {figure: guards_done, period: 2023, slice: level=district, is: 1}
  - {figure: guard_checks_done, period: 2023-09, slice: kind=crowd, is: 1}
  - {figure: guard_incidents, period: 2023, is: 1}
  - {figure: guard_days_sent, period: 2023, is: 2}
---
story: 点位整改三日，总结十个工作日跨国庆顺延 A place has three days to be mended; the summary ten workdays, past the holidays
given:
  - {as: grid_desk, on: 2023-09-15, open: event_guard, is: game, with: {name: 赛事安保（模拟）, level: town, starts: 2023-09-20, ends: 2023-09-20}}
  - {as: grid_desk, on: 2023-09-15, move: sweep, of: game, with: {team: [grid_center]}}
  - {as: grid_desk, on: 2023-09-18, move: watch, of: game}
when:
  - {as: inspector, on: 2023-09-18, open: guard_check, is: shed, with: {task: "@game", spot_name: 临时看台, kind: crowd, site: 付村}}
  - {as: inspector, on: 2023-09-18, move: fault, of: shed, with: {items: [{item: 护栏, sound: false}]}}
then:
  - {of: shed, due: mend, is: 2023-09-21}
  - {of: game, due: sum_up, is: 2023-10-10}
  - {on: 2023-09-22, figure: guard_overdue, period: 2023, is: 1}
  - {figure: guards_done, period: 2023, is: 0}
