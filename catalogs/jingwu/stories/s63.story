story: 实践站选址、建设、挂牌、评估 A station is sited, built, opened and appraised
when:
  - {as: publicity, on: 2023-02-01, open: civic_station, is: station, with: {name: 沁雅苑新时代文明实践站, level: station, site: 沁雅苑, ready_by: 2023-09-30}}
  - {as: publicity, on: 2023-03-01, move: build, of: station, with: {area: 120, rooms: [lectures, reading]}}
  - {as: publicity, on: 2023-08-28, move: appraise, of: station, with: {grade: good}, refused: true}
  - {as: publicity, on: 2023-08-28, move: open_up, of: station, with: {teams: 3}}
  - {as: village, on: 2023-09-20, open: station_activity, with: {station: "@station", topic: 中秋诗会, day: 2023-09-20, people: 40}}
  - {as: panel, on: 2023-12-11, move: appraise, of: station, with: {grade: good}}
then:
  - {figure: stations_opened, period: 2023-08, slice: level=station, is: 1}
  - {figure: station_activities, period: 2023, is: 1}
  - {of: station, stage: running, field: held, is: 1}
---
story: 到期未挂牌即逾期，撤并后退出 A station not open by its day is late; one merged away is none
given:
  - {as: publicity, on: 2023-02-01, open: civic_station, is: late, with: {name: 紫林园实践站, level: station, site: 紫林园, ready_by: 2023-09-30}}
  - {as: publicity, on: 2023-02-01, open: civic_station, is: old, with: {name: 姚村实践点, level: point, site: 姚村, ready_by: 2023-03-31}}
when:
  - {as: publicity, on: 2023-02-02, move: build, of: old, with: {area: 30, rooms: [culture]}}
  - {as: publicity, on: 2023-03-01, move: open_up, of: old, with: {teams: 1}}
  - {as: publicity, on: 2023-06-01, move: close, of: old, reason: 并入实践站}
then:
  - {of: late, due: ready, is: 2023-09-30}
  - {on: 2023-10-02, figure: stations_late, period: 2023, is: 1}
  - {figure: stations_running, period: 2023-05, is: 1}
  - {figure: stations_running, period: 2023, is: 0}
