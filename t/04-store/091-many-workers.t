# Every one of many workers can commit, with no more open files than nginx
# itself needs for them.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Files qw( try_read_file );

plan skip_all => 'nginx cannot reload so many workers' if $ENV{WHATSAUTH_HUP};
plan skip_all => 'so many sanitizers do not fit' if $ENV{ASAN_OPTIONS};

# nginx opens two files for each worker, and some more.

my $workers = hard_limit() < 1088 ? 460 : 512;

with_workers($workers, 2 * $workers + 64);

# A reload with more workers, and one with fewer.

my $nginx = start_nginx();
my $before = $nginx->issue->{json}{code};

for (20, 1) {
    $nginx->{workers} = $_;
    $nginx->write_config($nginx->config);
    $nginx->reload;

    is scalar(seated($nginx, $nginx->workers)), $_,
        "reload - each of $_ workers can commit";
    my %codes = map { $_->{json}{code} => 1 }
                $nginx->together(map { [ $nginx->issue_request ] } 1 .. 40);
    is scalar keys %codes, 40, 'and codes are issued';
}

is $nginx->message(text_message(">>$before<<"))->{status}, 200,
    'reload - the message of a code from before is taken';
ok wait_until(sub {
    grep { $_->{code} eq $before && $_->{status} eq 'validated' }
         $nginx->records
}), 'and it is validated';

$nginx->stop;
done_testing;


sub with_workers {
    my ($workers, $limit) = @_;

    local $ENV{TEST_NGINX_BINARY} = limited($limit);
    my $many = start_nginx(workers => $workers);

    my @some = ($many->workers)[map { $_ * int($workers / 10) } 0 .. 9];

    is_deeply [ seated($many, @some) ], \@some,
        "$workers workers - they can commit, with $limit open files";
    unlike $many->error_log, qr/commit slot/, 'and none lacks what it needs';

    my %answers;
    $answers{$_->{status}}++
        for $many->together(map { [ $many->issue_request ] } 1 .. 800);

    is_deeply \%answers, { 200 => 800 }, "$workers workers - codes are issued";
    is scalar $many->records, 800, "$workers workers - and stored";

    $many->stop;
}


sub hard_limit {
    my $limit = `sh -c 'ulimit -Hn'`;
    return $limit =~ /^(\d+)/ ? $1 : 1e6;
}


# An nginx that may open so many files.

sub limited {
    my ($limit) = @_;

    my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';
    my $script = slot_folder() . "/nginx-$limit";

    open my $out, '>', $script or die "$script: $!\n";
    print $out <<"END";
#!/bin/sh
ulimit -Sn $limit
exec $nginx "\$@"
END
    close $out;
    chmod 0755, $script;

    return $script;
}


# Workers that others can wake: they listen to an eventfd of the master.

sub seated {
    my ($server, @workers) = @_;

    my $master = $server->pid;
    my %eventfds = map { m{(\d+)$} ? ($1 => 1) : () }
                   grep { (readlink $_ // '') =~ /eventfd/ }
                   glob "/proc/$master/fd/*";

    return grep {
        my $text = join '', map { try_read_file($_) } glob "/proc/$_/fdinfo/*";
        grep { $eventfds{$_} } $text =~ /^tfd:\s*(\d+)/mg;
    } @workers;
}
