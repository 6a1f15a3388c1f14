# A move from Valkey to one machine that does not come to its end leaves no
# store: nginx and the tool refuse what is there, until it is moved again.  The
# source may have TLS, and a user who can only look.

use strict;
use warnings;

use lib 't/lib';
use Test::WhatsAuth::Disk;

use Test::More;
use Test::WhatsAuth;
use Test::WhatsAuth::Certificates;
use Test::WhatsAuth::Files qw( read_file write_file );
use Test::WhatsAuth::Valkey;

if (my $why = Test::WhatsAuth::Valkey::why_not()) {
    plan skip_all => $why;
}

# More than a transaction has.
my $ROWS = 3000;

my $tool = $ENV{WHATSAUTH_STORE} // "$TOP/build/whatsauth-store";
my ($LOOK) = read_file("$TOP/docs/HOSTS.md") =~ /^user look on (.+)$/m;
my $password = slot_folder() . '/password';
my $authority = make_certificates();
write_file($password, "$PASSWORD\n");

my $valkey = start_valkey(tls => $authority, acl => 1,
    lines => [ 'user look on ' . $LOOK =~ s/>PASSWORD/>$PASSWORD/r ]);
my $client = $valkey->primary->client;
my @trust = ("password=file:$password",
             'trusted_certificate=' . $authority->file);
my @from = ('valkeys://' . $valkey->primary->address, 'user=look', @trust);

my $folders = 0;

sub tool {
    my $said = join ' ', map { "'$_'" } @_;
    $said = `$tool $said 2>&1`;

    return ($? >> 8) . " $said";
}

sub new_folder {
    my $folder = slot_folder() . '/store-' . $folders++;

    mkdir $folder or die "$folder: $!\n";
    return $folder;
}

# The codes of an nginx, and many more rows like the first one, whose names
# differ in their key alone.

my $nginx = start_nginx(place => $from[0], allow => qr/whatsauth store "/,
    store => "user=whatsauth @trust replicas=0");
ok $nginx->wait_until_open, 'before - nginx runs with Valkey';
my $code = $nginx->issue->{json}{code};
$nginx->stop;

my ($name) = grep { /^wa:\{..\}:r:/ } @{ $client->call('KEYS', '*') };
my $value = $client->call('GET', $name);
my $key = unpack 'Q>', substr $name, -8;
my $records = grep { /^wa:\{..\}:r:/ } @{ $client->call('KEYS', '*') };

$client->call('SET', substr($name, 0, -8) . pack('Q>', $key + 64 * $_), $value)
    for 1 .. $ROWS;
$records = grep { /^wa:\{..\}:r:/ } @{ $client->call('KEYS', '*') };
cmp_ok $records, '>', $ROWS, 'before - a store of many rows';

my $moved = "0 moved $records records, 0 sessions, 0 subjects\n";


subtest 'a move that is killed' => sub {
    my $folder = new_folder();

    my $pid = fork // die "fork: $!\n";
    exec $tool, 'move', @from, $folder if $pid == 0;

    ok wait_until(sub { (-s "$folder/data.mdb" // 0) > 100_000 }),
        'it has written rows';
    kill 'KILL', $pid;
    waitpid $pid, 0;
    is $? & 127, 9, 'and is killed before its end';

    my $half = "2 whatsauth-store: \"$folder\" is only half moved: move again,"
               . " or remove its files\n";
    is tool('check', $folder), $half, 'check - there is no store';
    is tool('dump', $folder), $half, 'dump - there is none';
    is tool('move', $folder, $from[0], 'user=whatsauth', @trust), $half,
        'move - it cannot be moved on';

    my $new = start_nginx(place => $folder, allow => qr/whatsauth store "/);
    is $new->issue->{status}, 503, 'nginx - it has no store';
    like $new->error_log, qr/store "\Q$folder\E": .*is only half moved/,
        'and says why';

    is tool('move', @from, $folder), $moved, 'moved again - it is whole';
    is tool('check', $folder), "0 ok\n", 'and sound';

    ok $new->wait_until_open, 'nginx - opens it by itself';
    is $new->message(text_message(">>$code<<"))->{status}, 200,
        'nginx - takes the message of a code from before';
    is scalar(grep { $_->{code} eq $code && $_->{status} eq 'validated' }
              $new->records), 1, 'which validates';
    $new->stop;
};


subtest 'a folder' => sub {
    my $folder = new_folder();

    like tool('move', @from, "$folder/none"),
        qr{^2 whatsauth-store: "\Q$folder/none\E": No such file or directory$},
        'that is not there - it says so';

    write_file("$folder/data.mdb", 'x' x 8192);
    is tool('move', @from, $folder), "2 whatsauth-store: \"$folder/data.mdb\""
        . " is not a file of LMDB 0.9\n", 'with something else - it is refused';
    is read_file("$folder/data.mdb"), 'x' x 8192, 'and stays as it is';
};


subtest 'a row that cannot be read' => sub {
    my $folder = new_folder();
    my $damaged = $key + 64 * 2900;
    my $there = substr($name, 0, -8) . pack 'Q>', $damaged;

    $client->call('SET', $there, 'x' x 20);
    is tool('move', @from, $folder), "2 whatsauth-store: record $damaged"
        . ' cannot be read: "whatsauth-store check" tells more' . "\n",
        'the move ends, and names it';
    like tool('check', $folder), qr/^2 .* is only half moved: /,
        'and there is no store';

    $client->call('SET', $there, $value);
    is tool('move', @from, $folder), $moved, 'it is mended - moved again';
    is tool('check', $folder), "0 ok\n", 'and sound';
};


subtest 'a full disk' => sub {
    plan skip_all => no_disk() if no_disk();

    my $folder = new_folder();
    small_disk($folder, '256k');

    like tool('move', @from, $folder),
        qr/^2 .*^whatsauth-store: "\Q$folder\E": No space left on device\n\z/ms,
        'the move says so';
    like tool('check', $folder), qr/^2 .* is only half moved: /,
        'and there is no store';

    system('mount', '-o', 'remount,size=64m', $folder) == 0 or die 'remount';
    like tool('move', @from, $folder), qr/^0 .*^moved $records records/ms,
        'there is room - moved again';
    is tool('check', $folder), "0 ok\n", 'and sound';
};


$valkey->stop;
done_testing;
