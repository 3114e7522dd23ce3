story: 预计、快报、核定并存，核定为准 Expected, flash and final stand side by side
when:
  - {as: statistician, on: 2023-12-20, open: indicator_value, is: tax, with: {indicator: tax, period: 2023, source_office: finance_office}}
  - {as: finance, on: 2023-12-21, move: give, of: tax, with: {expected: 1000000, prices: current, source: 预计数报表}}
  - {as: finance, on: 2023-12-21, move: sign, of: tax, refused: 统计员}
  - {as: statistician, on: 2023-12-22, move: sign, of: tax, refused: 来源部门的另一人}
  - {as: chief, office: finance_office, on: 2023-12-22, move: sign, of: tax}
  - {as: statistician, on: 2023-12-28, move: settle_flash, of: tax, with: {flash: 1100000, source: 快报}, refused: 来源部门}
  - {as: finance, on: 2023-12-28, move: settle_flash, of: tax, with: {flash: 1100000, source: 快报}}
  - {as: chief, office: finance_office, on: 2023-12-28, move: sign, of: tax}
  - {as: finance, on: 2023-12-29, move: settle_final, of: tax, with: {final: 1050000, source: 年报}}
  - {as: chief, office: finance_office, on: 2023-12-29, move: sign, of: tax}
  - {as: chief, office: finance_office, on: 2023-12-29, correct: tax, with: {final: 1}, reason: 更正, refused: 由另一人再签}
then:
  - {figure: tax, period: 2023, is: 1050000}
  - {of: tax, field: status, is: final}
  - {of: tax, field: expected, is: 1000000}
  - {of: tax, stage: filed}
---
story: 只有来源部门能填数值 Only the source office states a value
when:
  - {as: statistician, on: 2023-12-20, open: indicator_value, with: {indicator: tax, period: 2023, source_office: finance_office, expected: 1000000}, refused: 来源部门}
  - {as: statistician, on: 2023-12-20, open: indicator_value, with: {indicator: tax, period: 2023, source_office: statistics}, refused: 另一科室}
  - {as: statistician, on: 2023-12-20, open: indicator_value, is: tax, with: {indicator: tax, period: 2023, source_office: finance_office}}
  - {as: rural, on: 2023-12-21, move: give, of: tax, with: {expected: 1000000, source: 预计数报表}, refused: 来源部门}
  - {as: finance, on: 2023-12-21, move: give, of: tax, with: {source: 预计数报表}, refused: 没有数值}
  - {as: chief, office: finance_office, on: 2023-12-21, correct: tax, with: {expected: 1000000}, reason: 补录}
  - {as: statistician, on: 2023-12-22, correct: tax, with: {expected: 2000000}, reason: 更正, refused: 来源部门}
then:
  - {of: tax, field: expected, is: 1000000}
---
story: 退回的指标回到待填报 A value sent back waits again
when:
  - {as: statistician, on: 2023-04-03, open: indicator_value, is: pm, with: {indicator: pm25, period: 2023-03, source_office: ecology_office}}
  - {as: ecology, on: 2023-04-04, move: give, of: pm, with: {flash: 56, source: 站点日值}}
  - {as: statistician, on: 2023-04-06, move: back, of: pm, reason: 口径不一致}
then:
  - {of: pm, stage: asked}
  - {of: pm, due: give, is: 2023-04-11}
