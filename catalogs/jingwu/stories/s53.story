story: 分配不得超过收入，年报由监委会公示 No more is shared out than came in; the overseers post it
given:
  - {as: village, on: 2023-01-10, open: village_account, is: book, with: {village: 付村, year: 2023, budget: 1200000, report_by: 2023-12-31}}
  - {as: village, on: 2023-01-12, move: start, of: book, note: 村民代表会议通过}
when:
  - {as: village, on: 2023-05-08, open: income_entry, with: {account: "@book", what: 厂房租金, source: rent, amount: 900000, day: 2023-05-08}}
  - {as: village, on: 2023-06-08, open: income_entry, with: {account: "@book", what: 上级补助, source: subsidy, amount: 100000, day: 2023-06-08}}
  - {as: village, on: 2023-12-11, move: report, of: book, with: {welfare: 400000, members: 500000, reserve: 200000}, refused: 超过收入}
  - {as: village, on: 2023-12-11, move: report, of: book, with: {welfare: 400000, members: 400000, reserve: 100000}}
  - {as: village, on: 2023-12-12, move: show, of: book, refused: 报送年报}
  - {as: overseers, on: 2023-12-14, move: show, of: book}
then:
  - {figure: village_operating, period: 2023, place: 付村, is: 900000}
  - {figure: village_income, period: 2023, is: 1000000}
  - {figure: village_shared, period: 2023, is: 400000}
  - {figure: village_accounts_shown, period: 2023, is: 1}
---
story: 季审没做完，年报不能报 A year is reported when its quarters are audited
given:
  - {as: village, on: 2023-03-10, open: village_account, is: book, with: {village: 姚村, year: 2023, budget: 800000, report_by: 2023-12-31}}
  - {as: village, on: 2023-03-12, move: start, of: book, note: 通过}
when:
  - {on: 2023-04-01, find: quarter_audit, is: audit}
  - {as: village, on: 2023-06-12, move: report, of: book, with: {welfare: 0, members: 0, reserve: 0}, refused: 季度审核}
  - {as: overseers, on: 2023-07-10, move: audit, of: audit, with: {finding: 凭证齐全, wrong: 0}}
then:
  - {of: audit, stage: audited}
  - {of: book, due: report, is: 2023-12-31}
  - {figure: village_audits, period: 2023, is: 1}
  - {figure: village_audits_missed, period: 2023, is: 1}
