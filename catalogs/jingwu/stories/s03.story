story: 登记数据比对后由统计站入库 Registrations are matched by one office and posted by another
when:
  - {as: statistician, on: 2023-09-27, open: register_import, is: batch, with: {batch: 九月登记数据, period: 2023-09, source: market}}
  - {as: investment, on: 2023-09-28, move: match, of: batch, with: {added: 61, moved_in: 2, changed: 9, ended: 4, faulty: 1}}
  - {as: investment, on: 2023-10-07, move: post, of: batch, refused: 统计员}
  - {as: statistician, on: 2023-10-08, move: post, of: batch, with: {finding: 一行代码有误，已更正}}
then:
  - {of: batch, stage: posted}
  - {of: batch, due: post, is: 2023-10-10}
  - {figure: registers_late, period: 2023, is: 0}
---
story: 注册的企业计入当年，注销后不再在业 A firm counts when registered, and leaves the stock when it closes
when:
  - {as: economy, on: 2023-05-10, open: enterprise, is: firm, with: {name: （模拟）青禾仪表有限公司, code: 91120111MA0A00000J, place: 付村, registered: 2023-05-08, capital: 3000000}}
  - {as: economy, on: 2023-11-02, move: cancel, of: firm, with: {ended: 2023-11-01}, reason: 股东决议解散}
  - {as: economy, on: 2023-11-02, open: register_import, is: bad, refused: true, with: {batch: 十月登记数据, period: 2023-10, source: market}}
then:
  - {figure: firms_new, period: 2023, is: 1}
  - {figure: firms_new, period: 2023-06, is: 0}
  - {figure: capital_new, period: 2023, is: 3000000}
  - {figure: firms_running, period: 2023-10, is: 1}
  - {figure: firms_running, period: 2023, is: 0}
  - {figure: firms_ended, period: 2023-11, is: 1}
