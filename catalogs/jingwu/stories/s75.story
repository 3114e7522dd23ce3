story: 备案后计入，检查出的问题由卫健复查 A nursery counts once on file; its faults are rechecked by the health office
given:
  - {as: operator, on: 2023-01-09, open: nursery, is: home, with: {name: （模拟）小树苗托育园, kind: inclusive, site: 付村, places: 40}}
  - {as: health, on: 2023-01-12, move: advise, of: home, note: 补齐消防材料}
  - {as: health, on: 2023-02-02, move: file, of: home, with: {code: TY-0001, filed_on: 2023-02-01, expires: 2026-01-31}}
when:
  - {on: 2023-07-01, find: nursery_check, is: check, with: {nursery: "@home"}}
  - {as: inspector, on: 2023-09-20, move: check, of: check, with: {advice: 完善晨检记录, faults: 2}}
  - {as: inspector, on: 2023-09-25, move: close, of: check, refused: 卫健}
then:
  - {figure: nurseries_filed, period: 2023-01, is: 0}
  - {figure: nurseries_filed, period: 2023-02, slice: kind=inclusive, is: 1}
  - {figure: nursery_places, period: 2023, is: 40}
  - {of: home, due: renew, is: 2026-01-31}
  - {of: check, due: mend, is: 2023-10-05}
  - {figure: nursery_checked, period: 2023, is: 0}
---
story: 指导期二十个工作日，停办的不再计，中心按期成立 Advice has twenty workdays; a closed nursery counts no more; the centre is founded
given:
  - {as: health, on: 2023-04-20, open: nursery, is: slow, with: {name: （模拟）星星托育园, kind: private, site: 姚村, places: 20}}
  - {as: health, on: 2023-04-20, open: nursery, is: gone, with: {name: （模拟）月亮托育园, kind: private, site: 姚村, places: 30}}
  - {as: health, on: 2023-03-01, open: nursery_centre, is: centre, with: {name: 托育指导中心, site: 精武镇, ready_by: 2023-06-30}}
when:
  - {as: health, on: 2023-05-04, move: file, of: gone, with: {code: TY-0002, filed_on: 2023-05-04, expires: 2026-05-03}}
  - {as: health, on: 2023-06-05, move: close, of: gone, with: {closed_on: 2023-06-04}, reason: 生源不足}
  - {as: mayor, on: 2023-06-12, move: found, of: centre, with: {services: 备案咨询、业务培训}}
then:
  - {of: slow, due: file, is: 2023-05-19}
  - {figure: nurseries_filed, period: 2023-05, is: 1}
  - {figure: nurseries_filed, period: 2023-06, is: 0}
  - {figure: nursery_centres, period: 2023, is: 1}
