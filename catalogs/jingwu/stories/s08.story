story: 先签约后落地的项目只计一次，转入项目库 A project signed and landed counts once, and becomes a key project
given:
  - {as: investment, on: 2023-02-01, open: enterprise, is: firm, with: {name: （模拟）远望新材料有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2023-05-20}}
  - {as: investment, on: 2023-02-10, open: investor_project, is: deal, with: {name: （模拟）新材料中试, origin: capital, place: 学府园区}}
  - {as: investment, on: 2023-02-20, move: talk, of: deal, with: {talks: [{day: 2023-02-20, what: 了解用地需求}]}}
when:
  - {as: investment, on: 2023-04-12, move: sign, of: deal, with: {agreed: 120000000, signed_on: 2023-04-11}}
  - {as: economy_park, on: 2023-05-22, move: land, of: deal, with: {investor: "@firm", landed_on: 2023-05-20}}
  - {as: economy, on: 2023-06-01, move: hand, of: deal}
  - {find: key_project, is: plant}
then:
  - {figure: investor_signed, period: 2023, slice: origin=capital, is: 1}
  - {figure: investor_signed, period: 2023-05, is: 0}
  - {figure: investor_large, period: 2023, is: 1}
  - {figure: investor_agreed, period: 2023, is: 120000000}
  - {of: deal, stage: moved}
  - {of: deal, due: follow, is: 2023-03-22}
  - {of: plant, stage: courting, field: total, is: 120000000}
---
story: 外资填美元，不予认定的资金不计 Foreign funds are in dollars; what is refused counts nowhere
given:
  - {as: investment, on: 2023-02-10, open: investor_project, is: deal, with: {name: （模拟）中外合资项目, origin: abroad, place: 学府园区}}
when:
  - {as: investment, on: 2023-03-01, open: inflow, with: {project: "@deal", kind: foreign, source: （模拟）海外投资人, amount: 100000, day: 2023-03-01}, refused: 外资填美元}
  - {as: investment, on: 2023-03-01, open: inflow, is: dollars, with: {project: "@deal", kind: foreign, source: （模拟）海外投资人, dollars: 500000, day: 2023-03-01}}
  - {as: investment, on: 2023-03-02, open: inflow, is: doubt, with: {project: "@deal", kind: domestic, source: （模拟）外地股东, amount: 2000000, day: 2023-03-02}}
  - {as: finance, on: 2023-03-06, move: refuse, of: doubt, reason: 凭证与账户不符}
then:
  - {figure: foreign_in, period: 2023, is: 500000}
  - {figure: domestic_in, period: 2023, is: 0}
  - {of: doubt, stage: refused}
