story: 公寓启动面积按启动日计，交付由另一人办 Flats count when they are begun; who builds does not deliver
when:
  - {as: economy_park, on: 2023-02-01, open: park_work, is: flats, with: {name: 人才公寓一期, kind: flat, park: 天开西青园, area: 5000}}
  - {as: economy_park, on: 2023-03-10, move: start, of: flats, with: {started_on: 2023-03-08}}
  - {as: economy_park, on: 2023-04-10, move: build, of: flats}
  - {as: economy_park, on: 2023-12-20, move: deliver, of: flats, with: {delivered_on: 2023-12-18}, refused: true}
  - {as: engineering, on: 2023-12-20, move: deliver, of: flats, with: {delivered_on: 2023-12-18}}
  - {as: economy_park, on: 2023-12-27, move: use, of: flats}
then:
  - {figure: flats_started, period: 2023-03, is: 5000}
  - {figure: park_works_open, period: 2023-11, slice: kind=flat, is: 1}
  - {figure: park_works_open, period: 2023, is: 0}
  - {of: flats, stage: in_use}
  - {of: flats, due: build, is: 2024-08-29}
---
story: 平台入驻、投产、退出 A platform moves in, runs and leaves; one that fails never counts
when:
  - {as: economy_park, on: 2023-02-01, open: platform, is: lab, with: {name: （模拟）储能转化平台, park: 天开西青园}}
  - {as: investment, on: 2023-04-12, move: move_in, of: lab, with: {moved_on: 2023-04-10}}
  - {as: economy_park, on: 2023-07-03, move: run, of: lab, with: {running_on: 2023-07-01}}
  - {as: economy_park, on: 2023-11-20, move: leave, of: lab, with: {ended: 2023-11-15}, reason: 场地调整}
  - {as: economy_park, on: 2023-03-01, open: platform, is: none, with: {name: （模拟）未成平台, park: 天开西青园}}
  - {as: economy_park, on: 2023-11-21, move: fail, of: none, reason: 条件未谈拢}
then:
  - {figure: platforms_new, period: 2023, is: 1}
  - {figure: platforms_running, period: 2023, is: 1}
  - {figure: platforms_inside, period: 2023-10, is: 1}
  - {figure: platforms_inside, period: 2023, is: 0}
