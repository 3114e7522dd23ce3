package commitment

import "strings"

// Keeper tells which record keeps a clause of a report.
type Keeper struct {
	kept  []Kept
	exact map[string]int // letters of a clause or text → kept
	parts []map[string]bool
	users map[string]int // pair → how many of kept have it
}

// NewKeeper prepares what stands in the register.
func NewKeeper(kept []Kept) *Keeper {
	k := &Keeper{kept: kept, exact: map[string]int{}, users: map[string]int{}}
	for i, x := range kept {
		all := map[string]bool{}
		for _, line := range append(strings.Split(x.Clause, "\n"), x.Text) {
			rs := letters(line)
			if len(rs) == 0 {
				continue
			}
			if _, ok := k.exact[string(rs)]; !ok {
				k.exact[string(rs)] = i
			}
			for p := range pairs(rs) {
				all[p] = true
			}
		}
		for p := range all {
			k.users[p]++
		}
		k.parts = append(k.parts, all)
	}
	return k
}

// Nearness of two texts runs from 0 to 100: the share of the rarer pairs of characters that both have.
const (
	keeps  = 40 // a commitment in other words keeps the clause
	clear  = 8  // by so much it must be nearer than the next, unless it stands in the same section
	nearly = 24 // a clause is like one that was promised before: its office is a guess
)

// Find gives the record that keeps a clause; section, where it is known, decides between two that are alike.
func (k *Keeper) Find(clause, section string) (Kept, bool) {
	rs := letters(clause)
	if i, ok := k.exact[string(rs)]; ok && len(rs) > 0 {
		return k.kept[i], true
	}
	best, score, second := k.nearest(rs, section)
	if best < 0 || score < keeps || score < second+clear && score < 2*keeps {
		return Kept{}, false
	}
	return k.kept[best], true
}

// like gives the commitment that a clause is most like; ok is false where none is.
func (k *Keeper) like(clause, section string) (Kept, bool) {
	best, score, _ := k.nearest(letters(clause), section)
	if best < 0 || score < nearly {
		return Kept{}, false
	}
	return k.kept[best], true
}

// nearest gives the two nearest records; -1 where there is none.
func (k *Keeper) nearest(rs []rune, section string) (best, score, second int) {
	own := pairs(rs)
	best = -1
	for i, theirs := range k.parts {
		shared, all := 0, 0
		for p := range own {
			w := k.weight(p)
			all += w
			if theirs[p] {
				shared += 2 * w
			}
		}
		for p := range theirs {
			all += k.weight(p)
		}
		if all == 0 {
			continue
		}
		s := 100 * shared / all
		if s > 0 && section != "" && sameSection(k.kept[i].Section, section) {
			s += 10
		}
		switch {
		case s > score:
			best, score, second = i, s, score
		case s > second:
			second = s
		}
	}
	return best, score, second
}

// common are the words that any plan is made of: they tell nothing of what is promised, however few the commitments are.
var common = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields("推进 推动 加强 加快 加大 持续 继续 深入 深化 全面 全力 扎实 切实 积极 大力 着力 建设 建成 工作 开展 做好 完善 健全 落实 提升 提高 增强 促进 实施 完成 抓好 管理 服务 发展 各项 重点 项目 工程 机制 体系 水平 力度 质量 任务 活动 进一 一步") {
		out[w] = true
	}
	return out
}()

// weight is more for what few records have: names of places and firms tell more than 推进 and 建设.
func (k *Keeper) weight(pair string) int {
	if common[pair] {
		return 1
	}
	switch n := k.users[pair]; {
	case n <= 1:
		return 8
	case n <= 3:
		return 5
	case n <= 9:
		return 3
	default:
		return 1
	}
}

// sameSection compares headings by their words: one may carry the number, the other the title alone.
func sameSection(a, b string) bool {
	x, y := string(letters(a)), string(letters(b))
	return x != "" && y != "" && (strings.Contains(x, y) || strings.Contains(y, x))
}
