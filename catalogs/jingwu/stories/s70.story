story: LOGO 登记后计入，产品上市并获奖 A logo counts once registered; a product comes on sale and wins
given:
  - {as: economy, on: 2023-01-05, open: enterprise, is: firm, with: {name: （模拟）文创有限公司, code: 91120111MA0A00000J, place: 小南河村, registered: 2021-01-01}}
  - {as: culture, on: 2023-02-01, open: creative_work, is: logo, with: {name: 迷踪拳标识, kind: logo, owner: "@firm"}}
when:
  - {as: culture, on: 2023-02-10, move: apply, of: logo}
  - {as: culture, on: 2023-02-13, open: work_licence, with: {work: "@logo", purpose: 伴手礼, starts: 2023-06-01, ends: 2023-05-31}, refused: 到期日早于起始日}
  - {as: culture, on: 2023-05-22, move: register, of: logo, with: {code: 国作登字模拟1, registered_on: 2023-05-20}}
  - {as: culture, on: 2023-06-01, open: work_licence, with: {work: "@logo", purpose: 伴手礼, starts: 2023-06-01, ends: 2024-05-31}}
  - {as: culture, on: 2023-06-05, open: creative_product, is: gift, with: {name: 武韵伴手礼, work: "@logo", kind: souvenir}}
  - {as: culture, on: 2023-09-25, move: launch, of: gift, with: {launched_on: 2023-09-25, price: 68}}
  - {as: culture, on: 2023-11-20, move: win, of: gift, with: {prizes: [{name: 旅游商品大赛银奖, day: 2023-11-18, level: city}]}}
then:
  - {figure: logo_copyrights, period: 2023-05, is: 1}
  - {figure: products_launched, period: 2023, slice: kind=souvenir, is: 1}
  - {figure: licences_live, period: 2023, is: 1}
  - {of: gift, field: prize_count, is: 1}
---
story: 未获登记的不计，六十个工作日未登记即逾期 A refused work counts nowhere; registration is due in sixty workdays
given:
  - {as: culture, on: 2023-06-01, open: creative_work, is: no, with: {name: 口号, kind: text}}
  - {as: culture, on: 2023-06-01, open: creative_work, is: slow, with: {name: 云手图案, kind: pattern}}
when:
  - {as: culture, on: 2023-07-10, move: apply, of: no}
  - {as: culture, on: 2023-07-10, move: apply, of: slow}
  - {as: culture, on: 2023-08-01, move: refuse, of: no, reason: 缺乏独创性}
then:
  - {of: no, stage: refused}
  - {of: slow, due: register, is: 2023-10-08}
  - {on: 2023-10-09, figure: copyrights_waiting, period: 2023, is: 1}
  - {figure: logo_copyrights, period: 2023, is: 0}
