story: 申报人不能自己验收，年检一年一次 Who applied does not accept; the check comes once a year
given:
  - {as: culture, on: 2023-01-09, open: science_station, is: hall, refused: true, with: {name: 武术科普馆, place: 小南河村, level: district, kind: station}}
  - {as: science, on: 2023-01-09, open: science_station, is: hall, with: {name: 武术科普馆, place: 小南河村, level: district, kind: station}}
  - {as: science, on: 2023-01-10, move: approve, of: hall}
when:
  - {as: science, on: 2023-06-20, move: accept, of: hall, with: {built_on: 2023-06-01, accepted_on: 2023-06-20}, refused: 登记}
  - {as: culture, on: 2023-06-20, move: accept, of: hall, with: {built_on: 2023-06-01, accepted_on: 2023-06-20}}
  - {as: science, on: 2023-11-01, open: station_check, is: check, with: {station: "@hall", year: 2023}}
  - {as: village, on: 2023-11-10, move: check, of: check, with: {verdict: pass}}
  - {as: science, on: 2023-11-20, open: station_check, refused: true, with: {station: "@hall", year: 2023}}
then:
  - {figure: science_stations, period: 2023-05, is: 0}
  - {figure: science_stations, period: 2023, is: 1}
  - {of: hall, due: build, is: 2023-07-09}
  - {of: check, stage: checked}
---
story: 取消的科普活动不计，撤销的阵地退出存量 A dropped event and a closed station count no more
given:
  - {as: science, on: 2023-02-01, open: science_station, is: hall, with: {name: 农业科普站, place: 付村, level: town, kind: base}}
  - {as: science, on: 2023-02-02, move: approve, of: hall}
  - {as: culture, on: 2023-03-01, move: accept, of: hall, with: {built_on: 2023-02-20, accepted_on: 2023-03-01}}
when:
  - {as: science, on: 2023-04-01, open: science_event, is: talk, with: {name: 科技周讲座, place: 付村, day: 2023-05-20}}
  - {as: science, on: 2023-05-21, move: hold, of: talk, with: {day: 2023-05-20, people: 120}}
  - {as: science, on: 2023-04-01, open: science_event, is: rain, with: {name: 观星活动, place: 付村, day: 2023-06-20}}
  - {as: science, on: 2023-06-20, move: drop, of: rain, reason: 天气原因}
  - {as: science, on: 2023-09-01, move: end, of: hall, with: {ended: 2023-08-31}, reason: 场地收回}
then:
  - {figure: science_events, period: 2023, is: 1}
  - {figure: science_people, period: 2023-05, is: 120}
  - {figure: science_stations_all, period: 2023-07, is: 1}
  - {figure: science_stations_all, period: 2023, is: 0}
