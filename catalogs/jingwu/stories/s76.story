story: 各人金额合计相符才算核实，追回后办结计入 A case is verified when its claims add up, and counts once settled
given:
  - {as: labour, on: 2023-03-06, open: wage_case, with: {project: （模拟）厂房二期, site: 付村, trade: building, channel: visit, owed: 30000, owed_from: 2023-02-20, owed_to: 2023-01-20}, refused: 欠薪止早于欠薪起}
  - {as: labour, on: 2023-03-06, open: wage_case, is: site, with: {project: （模拟）厂房二期, site: 付村, trade: building, channel: visit, owed: 30000, tier: sub, owed_from: 2022-11-01, owed_to: 2023-01-20}}
  - {as: labour, on: 2023-03-06, open: wage_claim, is: one, with: {wage_case: "@site", trade: 瓦工, who: 工人甲, owed: 18000}}
  - {as: labour, on: 2023-03-07, move: verify, of: site, refused: 不符}
  - {as: labour, on: 2023-03-07, open: wage_claim, is: two, with: {wage_case: "@site", trade: 木工, who: 工人乙, owed: 12000}}
  - {as: labour, on: 2023-03-08, move: verify, of: site}
when:
  - {as: justice, on: 2023-03-10, move: pursue, of: site, with: {how: mediation}}
  - {as: labour, on: 2023-03-13, move: settle, of: site, with: {conclusion: paid}, refused: 还没有登记追回}
  - {as: labour, on: 2023-03-20, move: pay, of: one, with: {paid: 18500, paid_on: 2023-03-20}, refused: 超过欠薪}
  - {as: labour, on: 2023-03-20, move: pay, of: one, with: {paid: 18000, paid_on: 2023-03-20}}
  - {as: labour, on: 2023-03-20, move: pay, of: two, with: {paid: 11000, paid_on: 2023-03-20}}
  - {as: labour, on: 2023-03-27, move: settle, of: site, with: {conclusion: partly}}
  - {as: labour, on: 2023-04-03, move: follow, of: site, with: {satisfied: content}, refused: 办结}
  - {as: petition, on: 2023-04-03, move: follow, of: site, with: {satisfied: content}}
then:
  - {of: site, stage: visited, field: workers, is: 2}
  - {figure: wage_cases_settled, period: 2023-03, slice: how=mediation, is: 1}
  - {figure: wage_people, period: 2023, is: 2}
  - {figure: wage_paid, period: 2023, place: 付村, is: 29000}
  - {figure: wage_rate, period: 2023, is: 100}
---
story: 查处六十个工作日，移送的不计解决，隐患化解计处 Investigation has sixty workdays; what is handed over is not settled; cleared risks count
given:
  - {as: petition, on: 2023-04-20, open: wage_case, is: hard, with: {project: （模拟）装修工程, site: 姚村, trade: building, channel: platform, owed: 9000}}
  - {as: labour, on: 2023-04-20, open: wage_claim, with: {wage_case: "@hard", trade: 油工, who: 工人丙, owed: 9000}}
  - {as: labour, on: 2023-04-20, open: wage_sweep, is: sweep, with: {project: （模拟）管网工程, site: 姚村}}
when:
  - {as: labour, on: 2023-04-25, move: verify, of: hard}
  - {as: labour, on: 2023-04-26, move: hand, of: hard, with: {conclusion: police}, reason: 涉嫌拒不支付}
  - {as: engineering, on: 2023-05-04, move: pass, of: sweep, with: {account: true, roster: true, board: false, monthly: true}, refused: 有隐患}
  - {as: engineering, on: 2023-05-04, move: check, of: sweep, with: {account: true, roster: false, board: false, monthly: true}}
  - {as: labour, on: 2023-05-22, move: clear, of: sweep, note: 已设告示牌并补录实名}
  - {as: petition, on: 2023-04-27, open: wage_case, is: slow, with: {project: （模拟）餐饮店, site: 姚村, trade: catering, channel: hotline, owed: 3000}}
then:
  - {of: hard, stage: handed}
  - {of: slow, due: investigate, is: 2023-07-25}
  - {figure: wage_cases_settled, period: 2023, is: 0}
  - {figure: wage_risks_cleared, period: 2023, is: 2}
  - {on: 2023-07-26, figure: wage_overdue, period: 2023, is: 1}
