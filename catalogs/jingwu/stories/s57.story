story: 按月公开由村委提出、监委会审查，查出问题才整改和通报 Villages disclose, overseers examine, the town urges
given:
  - {as: rural, on: 2023-08-20, open: disclosure_item, is: money, with: {code: GK-01, name: 收支明细, kind: finance, rhythm: month, basis: 村务公开办法, since: 2023-08-20}}
when:
  - {on: 2023-09-01, find: disclosure, is: page, with: {village: 付村}}
  - {as: village, on: 2023-09-05, move: draft, of: page, with: {body: 九月收支}}
  - {as: overseers, on: 2023-09-06, move: examine, of: page, with: {opinion: 同意}}
  - {as: village, on: 2023-09-07, move: decide, of: page}
  - {as: village, on: 2023-09-08, move: mend, of: page, with: {remedy: 补充}, refused: 没有发现问题}
  - {as: village, on: 2023-09-08, move: publish, of: page}
  - {as: rural, on: 2023-09-11, move: tell, of: page, with: {told: 通报}, refused: 未经督促检查}
  - {as: rural, on: 2023-09-12, move: guide, of: page, with: {advice: 补全凭证号, fault: thin}}
  - {as: village, on: 2023-09-13, move: mend, of: page, with: {remedy: 已补全}}
  - {as: rural, on: 2023-09-14, move: tell, of: page, with: {told: 已整改}}
then:
  - {figure: disclosures_guided, period: 2023, slice: fault=thin, is: 1}
  - {figure: disclosures_rate, period: 2023, is: 100}
  - {of: page, stage: published}
---
story: 监委会异议后村委五日内答复，月底未公布即逾期 An objection is answered in five days; a page not up by the month's end is late
given:
  - {as: rural, on: 2023-08-20, open: disclosure_item, is: land, with: {code: GK-02, name: 征地补偿, kind: land, rhythm: month, basis: 村务公开办法, since: 2023-08-20}}
when:
  - {on: 2023-09-01, find: disclosure, is: page, with: {village: 姚村}}
  - {as: village, on: 2023-09-25, move: draft, of: page, with: {body: 补偿明细}}
  - {as: village, on: 2023-09-26, move: object, of: page, reason: 试, refused: 村务监督委员会}
  - {as: overseers, on: 2023-09-26, move: object, of: page, reason: 面积有误}
then:
  - {of: page, stage: waiting}
  - {of: page, due: answer, is: 2023-10-01}
  - {of: page, due: plan, is: 2023-09-30}
  - {on: 2023-10-01, figure: disclosures_missing, period: 2023, slice: kind=land, is: 10}
