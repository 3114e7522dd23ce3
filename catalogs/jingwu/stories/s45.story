story: 交办、溯源、整改、复核销号 An outfall is traced, mended and closed by others
when:
  - {as: ecology, on: 2023-08-01, open: outfall_problem, is: mouth, with: {outfall: PK-01, what: 雨水口晴天排水, kind: mixed, section: 独流减河精武段第一堤段, fed_back_on: 2023-07-28}}
  - {as: ecology, on: 2023-08-02, move: assign, of: mouth, with: {office: engineering_office, mend_by: 2023-09-28, traced: 小区管网混接}}
  - {as: engineering, on: 2023-09-20, move: mend, of: mouth, with: {method: mend}}
  - {as: engineering, on: 2023-09-21, move: close, of: mouth, refused: 生态环保专员}
  - {as: ecology, on: 2023-09-22, move: close, of: mouth}
then:
  - {figure: outfalls_closed, period: 2023, slice: kind=mixed, is: 1}
  - {figure: outfalls_rate, period: 2023, is: 100}
  - {figure: outfalls_told, period: 2023-07, is: 1}
---
story: 延期一次，到期仍未销号即逾期 Extended once, it is late after the new day
given:
  - {as: ecology, on: 2023-08-01, open: outfall_problem, is: mouth, with: {outfall: PK-02, what: 农田退水浑浊, kind: farm, section: 独流减河精武段第一堤段, fed_back_on: 2023-07-28}}
  - {as: ecology, on: 2023-08-02, move: assign, of: mouth, with: {office: rural_office, mend_by: 2023-09-10, traced: 灌渠}}
when:
  - {as: ecology, on: 2023-09-04, move: extend, of: mouth, reason: 汛期, days: 20, refused: 副镇长}
  - {as: deputy_mayor, on: 2023-09-04, move: extend, of: mouth, reason: 汛期, days: 20}
then:
  - {of: mouth, due: mend, is: 2023-09-30}
  - {figure: outfalls_overdue, period: 2023, is: 0}
  - {on: 2023-10-02, figure: outfalls_overdue, period: 2023, is: 1}
