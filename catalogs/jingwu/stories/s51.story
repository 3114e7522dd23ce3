story: 巡查发现的图斑核实、整改、由他人销号 A patch found on patrol is ordered back and closed by others
when:
  - {as: village, on: 2023-09-20, open: land_patrol, is: patrol, with: {site: 付村, found: [{what: 疑似堆放砂石, land: irrigated, area: 1.5}]}}
  - {as: village, on: 2023-09-20, move: walk, of: patrol}
  - {find: land_patch, is: patch}
  - {as: planning, on: 2023-09-25, move: order, of: patch, with: {matter: lawful}, refused: 走举证}
  - {as: planning, on: 2023-09-25, move: order, of: patch, with: {matter: occupied}}
  - {as: village, on: 2023-10-16, move: mend, of: patch}
  - {as: planning, on: 2023-10-20, move: close, of: patch}
then:
  - {figure: patches_found, period: 2023, slice: source=patrol, is: 1}
  - {figure: patches_closed, period: 2023, slice: matter=occupied, is: 1}
  - {figure: patches_rate, period: 2023, is: 100}
---
story: 合规的图斑举证了结，占补相抵 A lawful patch is proved; what is taken is made good
when:
  - {as: planning, on: 2023-09-25, open: land_patch, is: ours, with: {what: 卫片图斑, site: 姚村, source: satellite}}
  - {as: planning, on: 2023-03-01, open: land_balance, with: {what: 道路占用, site: 付村, kind: occupied, area: 5, approval: 模拟批1, day: 2023-03-01}}
  - {as: planning, on: 2023-10-09, open: land_balance, with: {what: 复垦补充, site: 姚村, kind: supplied, area: 8, approval: 模拟批2, day: 2023-10-09}}
  - {as: planning, on: 2023-10-09, move: prove, of: ours, reason: 已备案设施农业}
  - {as: village, on: 2023-10-10, open: farm_facility, is: shed, with: {code: SN-1, name: 日光温室1号, site: 付村, land: facility, purpose: growing, area: 3}}
  - {as: rural, on: 2023-10-12, move: file, of: shed, with: {filed_on: 2023-10-12, ends: 2028-10-11}}
then:
  - {of: ours, stage: lawful}
  - {figure: land_net, period: 2023, is: 3}
  - {figure: facilities_filed, period: 2023, slice: purpose=growing, is: 1}
  - {figure: patches_closed, period: 2023, is: 0}
---
story: 图斑五个工作日内核实 A patch is verified within five workdays
when:
  - {as: planning, on: 2023-09-26, open: land_patch, is: patch, with: {what: 疑似撂荒, site: 姚村, source: superior}}
then:
  - {of: patch, due: verify, is: 2023-10-09}
  - {of: patch, stage: found}
