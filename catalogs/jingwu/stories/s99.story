story: 授予后计入，复评延长有效期，撤销即失效 An honour counts once granted, is prolonged when renewed and ends when revoked
given:
  - {as: publicity, on: 2023-02-06, open: honour, is: base, with: {name: 文明实践示范所（模拟）, holder: 精武镇, holder_kind: town, site: 精武镇, giver: 市有关部门（模拟）, level: city, area: civility}}
when:
  - {as: publicity, on: 2023-02-13, move: show, of: base, refused: true}
  - {as: publicity, on: 2023-02-13, move: review, of: base}
  - {as: publicity, on: 2023-02-20, move: show, of: base}
  - {as: office, office: publicity_office, on: 2023-03-06, move: grant, of: base, with: {granted_on: 2023-03-01, expires: 2023-12-31}}
  - {as: office, office: publicity_office, on: 2023-05-08, move: renew, of: base, with: {expires: 2025-12-31}}
  - {as: office, office: publicity_office, on: 2023-09-04, move: revoke, of: base, with: {revoked_on: 2023-09-01}, reason: 复查未达标}
then:
  - {of: base, stage: ended}
  - {figure: honours_won, period: 2023-03, slice: level=city, is: 1}
  - {figure: honours_city_up, period: 2023, is: 1}
  - {figure: honours_valid, period: 2023-08, is: 1}
  - {figure: honours_valid, period: 2023-09, is: 0}
---
story: 公示五个工作日，到期自动失效，未获评的不计 The notice has five workdays, an honour expires by itself, what is not granted counts nowhere
given:
  - {as: office, on: 2023-02-06, open: honour, is: short, with: {name: 年度先进单位（模拟）, holder: 付村, holder_kind: village, site: 付村, giver: 区有关部门（模拟）, level: district, area: rural}}
  - {as: office, on: 2023-04-20, open: honour, is: shown, with: {name: 老字号（模拟）, holder: 模拟食品, holder_kind: product, site: 姚村, giver: 区有关部门（模拟）, level: district, area: industry}}
  - {as: office, on: 2023-04-20, open: honour, is: no, with: {name: 示范村（模拟）, holder: 姚村, holder_kind: village, site: 姚村, giver: 市有关部门（模拟）, level: city, area: rural}}
when:
  - {as: office, on: 2023-02-20, move: grant, of: short, with: {granted_on: 2023-02-20, expires: 2023-05-31}}
  - {as: office, on: 2023-04-24, move: review, of: shown}
  - {as: office, on: 2023-04-26, move: show, of: shown}
  - {as: office, on: 2023-05-10, move: refuse, of: no, reason: 名额已满}
then:
  - {of: shown, due: show, is: 2023-05-06}
  - {of: short, due: review, is: 2023-05-31}
  - {on: 2023-06-02, of: short, stage: ended}
  - {figure: honours_won, period: 2023, is: 1}
  - {figure: honours_open, period: 2023, is: 1}
