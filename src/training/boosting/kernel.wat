;; The three inner loops of the trainer, over shared memory. Built into kernel.wasm by build-kernel.js; kernel.ts says what each does and has the same in TypeScript.
;; A record is 16 bytes: two 64-bit integers added at once. A histogram here is 256 records a feature, one feature after the other.
(module
  (import "memory" "shared" (memory 1 65536 shared))

  ;; Adds the records of `count` rows to the histograms of `features` features. `lines` holds a row's bins side by side, `stride` bytes a row.
  ;; By blocks of 512 rows: first the block's records are put in order and its lines are read once, so that many cache misses are under way at a time;
  ;; then eight features at a time are added, whose histograms fill 32 KB.
  (func (export "addRows")
    (param $lines i32) (param $stride i32) (param $features i32) (param $index i32) (param $count i32)
    (param $records i32) (param $ordered i32) (param $histogram i32)
    (local $block i32) (local $feature i32)
    (loop $blocks
      (local.set $block (select (i32.const 512) (local.get $count) (i32.gt_u (local.get $count) (i32.const 512))))
      (call $order (local.get $lines) (local.get $stride) (local.get $index) (local.get $block) (local.get $records) (local.get $ordered))
      (local.set $feature (i32.const 0))
      (loop $features
        (if (i32.gt_u (i32.sub (local.get $features) (local.get $feature)) (i32.const 4))
          (then
            (call $addEight
              (i32.add (local.get $lines) (local.get $feature)) (local.get $stride) (local.get $index) (local.get $block) (local.get $ordered)
              (i32.add (local.get $histogram) (i32.shl (local.get $feature) (i32.const 12))))
            (local.set $feature (i32.add (local.get $feature) (i32.const 8))))
          (else
            (call $addTwo
              (i32.add (local.get $lines) (local.get $feature)) (local.get $stride) (local.get $index) (local.get $block) (local.get $ordered)
              (i32.add (local.get $histogram) (i32.shl (local.get $feature) (i32.const 12))))
            (local.set $feature (i32.add (local.get $feature) (i32.const 2)))))
        (br_if $features (i32.lt_u (local.get $feature) (local.get $features))))
      (local.set $index (i32.add (local.get $index) (i32.shl (local.get $block) (i32.const 2))))
      (local.set $count (i32.sub (local.get $count) (local.get $block)))
      (br_if $blocks (local.get $count))))

  (func $order
    (param $lines i32) (param $stride i32) (param $index i32) (param $count i32) (param $records i32) (param $ordered i32)
    (local $end i32) (local $line i32) (local $lineEnd i32) (local $at i32) (local $read i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $at (local.get $index))
    (loop $rows
      (v128.store (local.get $ordered) (v128.load (i32.add (local.get $records) (i32.shl (i32.load (local.get $at)) (i32.const 4)))))
      (local.set $ordered (i32.add (local.get $ordered) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $rows (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $lineEnd (i32.add (local.get $lines) (local.get $stride)))
    (local.set $line (local.get $lines))
    (loop $cacheLines
      (local.set $at (local.get $index))
      (loop $rows
        (local.set $read
          (i32.xor (local.get $read) (i32.load8_u (i32.add (local.get $line) (i32.mul (i32.load (local.get $at)) (local.get $stride))))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $rows (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $line (i32.add (local.get $line) (i32.const 64)))
      (br_if $cacheLines (i32.lt_u (local.get $line) (local.get $lineEnd))))
    ;; Kept, so that the reads are not taken for useless.
    (i32.store (local.get $ordered) (local.get $read)))

  (func $addEight
    (param $lines i32) (param $stride i32) (param $index i32) (param $count i32) (param $ordered i32) (param $histogram i32)
    (local $end i32) (local $bins i64) (local $record v128) (local $at i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (loop $rows
      (local.set $record (v128.load (local.get $ordered)))
      (local.set $bins (i64.load (i32.add (local.get $lines) (i32.mul (i32.load (local.get $index)) (local.get $stride)))))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shl (i32.wrap_i64 (local.get $bins)) (i32.const 4)) (i32.const 0xff0))))
      (v128.store (local.get $at) (i64x2.add (v128.load (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 4))) (i32.const 0xff0))))
      (v128.store offset=4096 (local.get $at) (i64x2.add (v128.load offset=4096 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 12))) (i32.const 0xff0))))
      (v128.store offset=8192 (local.get $at) (i64x2.add (v128.load offset=8192 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 20))) (i32.const 0xff0))))
      (v128.store offset=12288 (local.get $at) (i64x2.add (v128.load offset=12288 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 28))) (i32.const 0xff0))))
      (v128.store offset=16384 (local.get $at) (i64x2.add (v128.load offset=16384 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 36))) (i32.const 0xff0))))
      (v128.store offset=20480 (local.get $at) (i64x2.add (v128.load offset=20480 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 44))) (i32.const 0xff0))))
      (v128.store offset=24576 (local.get $at) (i64x2.add (v128.load offset=24576 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $bins) (i64.const 52))) (i32.const 0xff0))))
      (v128.store offset=28672 (local.get $at) (i64x2.add (v128.load offset=28672 (local.get $at)) (local.get $record)))
      (local.set $ordered (i32.add (local.get $ordered) (i32.const 16)))
      (local.set $index (i32.add (local.get $index) (i32.const 4)))
      (br_if $rows (i32.lt_u (local.get $index) (local.get $end)))))

  (func $addTwo
    (param $lines i32) (param $stride i32) (param $index i32) (param $count i32) (param $ordered i32) (param $histogram i32)
    (local $end i32) (local $bins i32) (local $record v128) (local $at i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (loop $rows
      (local.set $record (v128.load (local.get $ordered)))
      (local.set $bins (i32.load16_u (i32.add (local.get $lines) (i32.mul (i32.load (local.get $index)) (local.get $stride)))))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shl (local.get $bins) (i32.const 4)) (i32.const 0xff0))))
      (v128.store (local.get $at) (i64x2.add (v128.load (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shr_u (local.get $bins) (i32.const 4)) (i32.const 0xff0))))
      (v128.store offset=4096 (local.get $at) (i64x2.add (v128.load offset=4096 (local.get $at)) (local.get $record)))
      (local.set $ordered (i32.add (local.get $ordered) (i32.const 16)))
      (local.set $index (i32.add (local.get $index) (i32.const 4)))
      (br_if $rows (i32.lt_u (local.get $index) (local.get $end)))))

  ;; Adds `bins` records to sums of three doubles and empties them: first * unit, low 48 bits of second * unit, high 16 bits of second.
  (func (export "drain") (param $histogram i32) (param $bins i32) (param $unit f64) (param $sums i32)
    (local $end i32) (local $second i64)
    (local.set $end (i32.add (local.get $histogram) (i32.shl (local.get $bins) (i32.const 4))))
    (loop $each
      (local.set $second (i64.load offset=8 (local.get $histogram)))
      (f64.store (local.get $sums)
        (f64.add (f64.load (local.get $sums)) (f64.mul (f64.convert_i64_s (i64.load (local.get $histogram))) (local.get $unit))))
      (f64.store offset=8 (local.get $sums)
        (f64.add (f64.load offset=8 (local.get $sums))
          (f64.mul (f64.convert_i64_s (i64.and (local.get $second) (i64.const 0xffffffffffff))) (local.get $unit))))
      (f64.store offset=16 (local.get $sums)
        (f64.add (f64.load offset=16 (local.get $sums)) (f64.convert_i32_u (i32.wrap_i64 (i64.shr_u (local.get $second) (i64.const 48))))))
      (v128.store (local.get $histogram) (v128.const i64x2 0 0))
      (local.set $sums (i32.add (local.get $sums) (i32.const 24)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 16)))
      (br_if $each (i32.lt_u (local.get $histogram) (local.get $end)))))

  ;; The same for records of counts: first * unit is added to the third sum.
  (func (export "drainCounts") (param $histogram i32) (param $bins i32) (param $unit f64) (param $sums i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $histogram) (i32.shl (local.get $bins) (i32.const 4))))
    (loop $each
      (f64.store offset=16 (local.get $sums)
        (f64.add (f64.load offset=16 (local.get $sums)) (f64.mul (f64.convert_i64_s (i64.load (local.get $histogram))) (local.get $unit))))
      (v128.store (local.get $histogram) (v128.const i64x2 0 0))
      (local.set $sums (i32.add (local.get $sums) (i32.const 24)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 16)))
      (br_if $each (i32.lt_u (local.get $histogram) (local.get $end)))))

  ;; Puts the rows whose (bin + shift) mod 256 is at most `last` first, the others after them, each in the order they had; gives the number of the first.
  (func (export "partition")
    (param $column i32) (param $index i32) (param $count i32) (param $shift i32) (param $last i32) (param $scratch i32) (result i32)
    (local $from i32) (local $end i32) (local $left i32) (local $right i32) (local $row i32) (local $isLeft i32)
    (local.set $from (local.get $index))
    (local.set $left (local.get $index))
    (local.set $right (local.get $scratch))
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (if (local.get $count) (then
      (loop $rows
        (local.set $row (i32.load (local.get $index)))
        (local.set $isLeft
          (i32.le_u
            (i32.and (i32.add (i32.load8_u (i32.add (local.get $column) (local.get $row))) (local.get $shift)) (i32.const 255))
            (local.get $last)))
        (i32.store (local.get $left) (local.get $row))
        (i32.store (local.get $right) (local.get $row))
        (local.set $left (i32.add (local.get $left) (i32.shl (local.get $isLeft) (i32.const 2))))
        (local.set $right (i32.add (local.get $right) (i32.shl (i32.eqz (local.get $isLeft)) (i32.const 2))))
        (local.set $index (i32.add (local.get $index) (i32.const 4)))
        (br_if $rows (i32.lt_u (local.get $index) (local.get $end))))))
    (memory.copy (local.get $left) (local.get $scratch) (i32.sub (local.get $right) (local.get $scratch)))
    (i32.shr_u (i32.sub (local.get $left) (local.get $from)) (i32.const 2))))
