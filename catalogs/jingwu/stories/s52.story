story: 池位改造完才能入驻 A tenant moves in when the pond is rebuilt
given:
  - {as: rural, on: 2023-01-09, open: fish_unit, is: pond, with: {code: YC-01, kind: pond, site: 小南河村, area: 300}}
  - {as: rural, on: 2023-01-10, move: mend, of: pond}
  - {as: economy_park, on: 2023-02-01, open: fish_lease, is: lease, with: {tenant: （模拟）锦鳞渔场, unit: "@pond"}}
when:
  - {as: economy_park, on: 2023-02-10, move: settle, of: lease, with: {starts: 2023-02-10, ends: 2024-02-09, rent: 20000}, refused: 未完成改造}
  - {as: rural, on: 2023-04-03, move: reopen, of: pond}
  - {as: economy_park, on: 2023-04-10, move: settle, of: lease, with: {starts: 2023-04-10, ends: 2024-04-09, rent: 20000}}
  - {as: rural, on: 2023-06-05, open: fish_output, with: {lease: "@lease", month: 2023-05, day: 2023-06-05, breed: koi, fish: 800, sales: 32000}}
then:
  - {figure: fish_tenants, period: 2023, is: 1}
  - {figure: fish_area_let, period: 2023, is: 300}
  - {figure: fish_sold, period: 2023, slice: breed=koi, is: 800}
  - {of: lease, due: expiry, is: 2024-04-09}
---
story: 未成的租约不计，退租后退出 A lease not agreed counts nowhere; one that ends leaves the stock
given:
  - {as: rural, on: 2023-01-09, open: fish_unit, is: stall, with: {code: YP-01, kind: stall, site: 小南河村, area: 40}}
  - {as: rural, on: 2023-01-10, open: fish_works, is: works, with: {name: 给排水改造, site: 小南河村, kind: water, ends_on: 2023-08-31}}
when:
  - {as: rural, on: 2023-02-01, open: fish_lease, is: no, with: {tenant: （模拟）甲, unit: "@stall"}}
  - {as: rural, on: 2023-02-20, move: lose, of: no, reason: 租金未谈拢}
  - {as: rural, on: 2023-03-01, open: fish_lease, is: yes, with: {tenant: （模拟）乙, unit: "@stall"}}
  - {as: rural, on: 2023-03-06, move: settle, of: yes, with: {starts: 2023-03-06, ends: 2025-03-05, rent: 6000}}
  - {as: rural, on: 2023-09-01, move: leave, of: yes, with: {left_on: 2023-08-31}, reason: 经营不善}
then:
  - {figure: fish_signed, period: 2023, is: 1}
  - {figure: fish_tenants, period: 2023-08, is: 0}
  - {figure: fish_tenants, period: 2023-07, is: 1}
  - {of: works, due: finish, is: 2023-08-31}
